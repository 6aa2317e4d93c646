/**
 * Whatever field of a Canary holds a text that is as long as an object may be, and made to be slow:
 * nothing that is made of it keeps the event loop for long. Processor time is measured, not the
 * time of day, with room for a hundred times what a reader of one pass takes.
 */
import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import type { Shape } from '../../../src/canary/conform.ts'
import { canarySpecShape } from '../../../src/canary/shapes.gen.ts'
import { InvalidSpecError } from '../../../src/errors.ts'
import { inspect } from '../../../src/inspection/inspect.ts'
import { validate } from '../../../src/inspection/validate.ts'
import { verbs } from '../../../src/requests/registry.gen.ts'
import { readRequests } from '../../../src/requests/request.ts'
import { noAbilities } from '../../support/observation.ts'
import { anyIngress, parts } from '../../support/parts-of-canary.ts'
import { namedProviders } from '../../support/providers.ts'
import { defaults, stored } from './resource.ts'

const length = 100_000
/** What begins anew at each character takes seconds for these. */
const mostMs = 500

const texts = ['a', '\\"', '[(', '{{ ', '/*', '&& ', '-.'].map((piece) =>
  piece.repeat(length / piece.length),
)

interface Place {
  path: string
  with(text: string): unknown
}

/** Every place of a shape where a text may stand, in the least of what has to be around it. */
function placesIn(shape: Shape, path: string): Place[] {
  if (shape.type === 'string') return shape.enum ? [] : [{ path, with: (text) => text }]
  if (shape.type === 'array')
    return placesIn(shape.items ?? {}, `${path}[]`).map((inner) => ({
      path: inner.path,
      with: (text) => [inner.with(text)],
    }))
  const { properties = {}, values } = shape
  const around = leastOf(shape)
  const named = Object.entries(properties).flatMap(([name, field]) =>
    placesIn(field, `${path}.${name}`).map((inner) => ({
      path: inner.path,
      with: (text: string) => ({ ...around, [name]: inner.with(text) }),
    })),
  )
  if (values?.type !== 'string') return named
  return [
    ...named,
    { path: `${path}.*`, with: (text) => ({ a: text }) },
    { path: `${path}.KEY`, with: (text) => ({ [text]: 'a' }) },
  ]
}

function leastOf({ required = [], properties = {} }: Shape): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, leastValue(properties[name] ?? {})]))
}

function leastValue(shape: Shape): unknown {
  const values = { object: leastOf(shape), array: [], string: 'a', integer: 1, number: 1 }
  return shape.type === 'boolean' ? false : values[shape.type ?? 'string']
}

function specWith(place: Place, text: string, provider: string): Record<string, unknown> {
  const { service, analysis, ...rest } = place.with(text) as Record<string, object>
  const base = stored().spec
  return {
    ...{ ...base, provider, ...rest },
    service: { ...base.service, ...service, port: 80 },
    analysis: { ...base.analysis, ...analysis },
  }
}

/** What took longer than it may. */
function slowPartsOf(place: Place, text: string, provider: string): string[] {
  const began = process.threadCpuUsage()
  const spec = specWith(place, text, provider)
  const { canary } = parseCanary({ ...stored(), spec }, defaults)
  const context = { find: anyIngress, meshProvider: provider, now: new Date(0) }
  const all = [
    () => validate(canary, { noCrossNamespaceRefs: true }),
    () => inspect(canary, { ...context, abilities: noAbilities }),
    ...parts(canary, anyIngress),
  ]
  for (const part of all)
    try {
      part()
    } catch (error) {
      if (!(error instanceof InvalidSpecError)) throw error
    }
  const ms = process.threadCpuUsage(began).user / 1000
  return ms > mostMs ? [`${place.path} of ${text.slice(0, 6)}… took ${Math.round(ms)} ms`] : []
}

const places = Object.entries(canarySpecShape.properties ?? {})
  .filter(([name]) => name !== 'targetRef')
  .flatMap(([name, field]) =>
    placesIn(field, name).map((inner) => ({
      path: inner.path,
      with: (text: string) => ({ [name]: inner.with(text) }),
    })),
  )

// It is the time of the processor that counts.
test('the longest text in any field keeps nobody waiting', { timeout: 180_000 }, () => {
  expect(places.length).toBeGreaterThan(80)
  const slow = places.flatMap((place) => texts.flatMap((text) => slowPartsOf(place, text, 'istio')))
  expect(slow).toEqual([])
})

const ofRoutes = places.filter(({ path }) => /^(service|analysis\.match)/.test(path))

test.each(namedProviders.map(([name]) => name).filter((name) => name !== 'istio'))(
  'nor does one in a field of routes that %s reads',
  (provider) => {
    const slow = ofRoutes.flatMap((place) =>
      texts.slice(0, 3).flatMap((text) => slowPartsOf(place, text, provider)),
    )
    expect(slow).toEqual([])
  },
)

test('nor does one in an annotation by which people ask', () => {
  const annotations = verbs.map(({ name }) => `flagger.app/${name}`)
  for (const annotation of annotations)
    for (const text of texts) {
      const began = process.threadCpuUsage()
      readRequests({ [annotation]: text })
      expect(process.threadCpuUsage(began).user / 1000, annotation).toBeLessThan(mostMs)
    }
})

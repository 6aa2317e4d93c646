import { expect, test } from 'vitest'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { traefik } from '../../../../src/routers/traefik/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
const split: Routes = { primary: 80, canary: 20, mirrored: false }

const contextWith = (found?: Specified, of: ContextOf = {}) =>
  contextOf({ provider: 'traefik', ...of, cluster: found ? [found] : [] })

function rendered(routes: Routes, found?: Specified, of: ContextOf = {}): Specified {
  const [object] = traefik.render(contextWith(found, of), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

const handMade = (spec: Record<string, unknown>, metadata: object = {}): Specified => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'TraefikService',
  metadata: { name: 'podinfo', namespace: 'test', ...metadata },
  spec,
})

const weighted = (...services: object[]) => handMade({ weighted: { services } })
const servicesOf = ({ spec }: Specified) => {
  const { weighted } = spec as { weighted: { services: object[] } }
  return weighted.services
}
const primary = { name: 'podinfo-primary', namespace: 'test', port: 80 }
const canary = { name: 'podinfo-canary', namespace: 'test', port: 80 }

test('primary, then canary; a canary without traffic is not listed', () => {
  expect(servicesOf(rendered(toPrimary))).toEqual([{ ...primary, weight: 100 }])
  expect(servicesOf(rendered(split))).toEqual([
    { ...primary, weight: 80 },
    { ...canary, weight: 20 },
  ])
})

test('a primary without traffic has the weight 0, as Traefik counts a missing one as 1', () => {
  expect(servicesOf(rendered(toCanary))).toEqual([
    { ...primary, weight: 0 },
    { ...canary, weight: 100 },
  ])
})

test('a missing weight is read as the zero that Flagger left out', () => {
  const found = weighted(primary, { ...canary, weight: 100 })
  expect(traefik.routes(contextWith(found))).toEqual(toCanary)
})

test('without a weight for either the object is named', () => {
  expect(() => traefik.routes(contextWith(weighted(primary, canary)))).toThrow(
    'TraefikService podinfo.test has no weight for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})

test.each([
  ['mirroring', { mirroring: { name: 'podinfo', port: 80 } }],
  ['no services', { weighted: { services: [] } }],
  ['two foreign services', { weighted: { services: [{ name: 'a' }, { name: 'b' }] } }],
])('one that has %s when it is taken over begins with everybody on the primary', (_, spec) => {
  const found = handMade(spec)
  expect(traefik.routes(contextWith(found))).toBeUndefined()
  const taken = rendered(toPrimary, found)
  expect(taken.spec).toEqual({ weighted: { services: [{ ...primary, weight: 100 }] } })
})

test('settings of the service that led to the apex go on for both', () => {
  const apex = { name: 'podinfo', port: 'http', passHostHeader: false, weight: 1 }
  const sticky = { cookie: { name: 'lb' } }
  const found = handMade({ weighted: { sticky, services: [apex] } })
  const taken = rendered(split, rendered(toPrimary, found))
  expect(taken.spec).toEqual({
    weighted: {
      sticky,
      services: [
        { ...primary, passHostHeader: false, weight: 80 },
        { ...canary, passHostHeader: false, weight: 20 },
      ],
    },
  })
})

test('other services keep their share beside the apex', () => {
  const legacy = { name: 'legacy', port: 80, weight: 1 }
  const found = weighted({ name: 'podinfo', port: 80, weight: 3 }, legacy)
  const taken = rendered(toPrimary, found)
  expect(servicesOf(taken)).toEqual([
    { ...primary, weight: 300 },
    { ...legacy, weight: 100 },
  ])
  const step = rendered(split, taken)
  expect(servicesOf(step)).toEqual([
    { ...primary, weight: 240 },
    { ...canary, weight: 60 },
    { ...legacy, weight: 100 },
  ])
  expect(traefik.routes(contextWith(step))).toEqual(split)
})

test('what gets no requests any more is named', () => {
  const taken = rendered(toPrimary, handMade({ mirroring: { name: 'podinfo', port: 80 } }))
  expect(traefik.warnings?.(contextWith(taken))).toEqual([
    'TraefikService podinfo.test: its mirroring no longer applies; it comes back when the Canary is deleted with revertOnDeletion',
  ])
  expect(traefik.warnings?.(contextWith(rendered(toPrimary)))).toEqual([])
})

test('a changed port or apex metadata is followed, with the weights in force', () => {
  const service = { port: 8080, apex: { labels: { team: 'shop' } } }
  const step = rendered(split, rendered(split), { spec: { service } })
  expect(step.metadata.labels).toMatchObject({ app: 'podinfo', team: 'shop' })
  expect(servicesOf(step)).toEqual([
    { ...primary, port: 8080, weight: 80 },
    { ...canary, port: 8080, weight: 20 },
  ])
})

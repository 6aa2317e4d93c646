/** Whatever a Canary holds, users read a sentence, and nobody reads a stack. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import type { Shape } from '../../../src/canary/conform.ts'
import { nameProblems } from '../../../src/canary/names/generated-names.ts'
import { parseAlertProvider, parseMetricTemplate } from '../../../src/canary/references.ts'
import {
  alertProviderSpecShape,
  canarySpecShape,
  metricTemplateSpecShape,
} from '../../../src/canary/shapes.gen.ts'
import { InvalidSpecError } from '../../../src/errors.ts'
import { inspect } from '../../../src/inspection/inspect.ts'
import { validate } from '../../../src/inspection/validate.ts'
import { fixtures } from '../../conformance/routers/fixtures.ts'
import { noAbilities } from '../../support/observation.ts'
import { anyIngress, parts } from '../../support/parts-of-canary.ts'
import { namedProviders } from '../../support/providers.ts'
import { defaults, stored } from './resource.ts'

const texts = [
  'podinfo',
  '',
  ' ',
  '0s',
  '-1m',
  '1h30m',
  '5',
  '1m',
  'NaN',
  '{{ canaryWeight }}',
  '{{',
  '.*',
  '(',
  '*',
  'mesh',
  'TCP',
  '__proto__',
  'a\u0000b',
]
const numbers = [0, 1, 50, 100, 101, -1, 9898, -(2 ** 31), 2 ** 31 - 1]
const keys = ['a', 'user-agent', 'cookie', '', 'method', 'body', 'cmd', '__proto__']
/** Of no type that the field has, or far from all that is meant. */
const nonsense = [null, '', 0, -1, 1e20, 2.5, Number.NaN, '5', true, [], {}, [null], [[]], 'NaN']

/** Values of a shape: with `oddity` in a hundred, at any depth, some that it does not allow. */
function valuesOf(shape: Shape, oddity: number): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(...nonsense)
  return fc.oneof(
    { weight: 100 - oddity, arbitrary: soundValues(shape, oddity) },
    { weight: oddity, arbitrary: odd },
  )
}

function soundValues(shape: Shape, oddity: number): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'object': {
      if (shape.values)
        return fc.dictionary(fc.constantFrom(...keys), valuesOf(shape.values, oddity), {
          maxKeys: 3,
        })
      const fields = Object.entries(shape.properties ?? {}).map(
        ([name, field]) => [name, valuesOf(field, oddity)] as const,
      )
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(shape.required ?? [])] })
    }
    case 'array':
      return fc.array(valuesOf(shape.items ?? {}, oddity), { maxLength: 3 })
    case 'integer':
    case 'number':
      return fc.constantFrom(...numbers)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return fc.constantFrom(...(shape.enum ?? texts))
    default:
      return fc.constantFrom<unknown>(80, ...texts)
  }
}

/** Object, field or part of it, and after a semicolon what to do about it. */
const sentence = /^[^;\n]+ podinfo\.test: (?:\w+ .* of )?spec\b[^\n]*; [a-z][^\n]*$/
/** Nothing that it refers to is there. */
const context = {
  find: () => undefined,
  meshProvider: 'istio',
  now: new Date('2030-01-01T12:00:00Z'),
  abilities: noAbilities,
}
/** Flagger's own texts, which users search for. */
const known = /^can't (use|access) /

const isSentence = (text: string): boolean => sentence.test(text) || known.test(text)

test.each([2, 20, 60])('%d percent of nonsense is refused by sentences', (oddity) => {
  fc.assert(
    fc.property(valuesOf(canarySpecShape, oddity), (spec) => {
      const { canary, problems } = parseCanary({ ...stored(), spec }, defaults)
      const told = [
        ...problems,
        ...validate(canary, { noCrossNamespaceRefs: true }),
        ...inspect(canary, context).map(({ message }) => `canary podinfo.test: ${message}`),
      ]
      expect(told.filter((text) => !isSentence(text))).toEqual([])
    }),
  )
})

test('templates and alert providers are refused by sentences', () => {
  const named = (spec: unknown) => ({ ...stored(), spec })
  fc.assert(
    fc.property(
      valuesOf(metricTemplateSpecShape, 20),
      valuesOf(alertProviderSpecShape, 20),
      (template, provider) => {
        const told = [
          ...parseMetricTemplate(named(template)).problems,
          ...parseAlertProvider(named(provider)).problems,
        ]
        expect(told.filter((text) => !isSentence(text))).toEqual([])
      },
    ),
  )
})

test.each(namedProviders)('what %s makes of odd texts and numbers, it makes', (provider) => {
  const specs = soundValues(canarySpecShape, 0) as fc.Arbitrary<{
    service?: object
    analysis: object
  }>
  const outcomes = { worked: 0, refused: 0 }
  fc.assert(
    fc.property(specs, (odd) => {
      const { ownTarget } = fixtures[provider] ?? {}
      const { targetRef } = ownTarget ? { targetRef: ownTarget } : stored().spec
      const service = { name: 'podinfo', ...odd.service, port: 80 }
      const analysis = { ...odd.analysis, stepWeight: 10, delay: '1s' }
      const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'public' }
      const own = { provider, targetRef, ingressRef, service, analysis }
      // What sees to its own size has no autoscaler beside it.
      const spec = { ...odd, ...own, ...(ownTarget && { autoscalerRef: undefined }) }
      const { canary, problems } = parseCanary({ ...stored(), spec }, defaults)
      const all = [...problems, ...validate(canary, { noCrossNamespaceRefs: false })]
      // What the API server would refuse must do no harm before it does.
      const ofNames = nameProblems(canary)
      const refused = all.filter((text) => !ofNames.some((one) => text.endsWith(one)))
      // Odd as they are, Flagger takes them, but for two cookies of one name.
      expect(refused.filter((text) => !text.includes('same cookie name'))).toEqual([])
      if (refused.length > 0) return
      for (const part of parts(canary, anyIngress))
        try {
          part()
          outcomes.worked += 1
        } catch (error) {
          if (!(error instanceof InvalidSpecError)) throw error
          expect(error.message).toMatch(/\S.*(;|:) [a-z].* podinfo\.test|\S; \S/)
          outcomes.refused += 1
        }
    }),
    { numRuns: 100 },
  )
  expect(outcomes.worked).toBeGreaterThan(outcomes.refused)
})

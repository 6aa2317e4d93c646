/** What the definition of the Canary refuses of a judge, each by one sentence. */
import { expect, test } from 'vitest'
import { expressionErrors } from '../../src/sandbox/api/schema/expressions.ts'
import { canaryObject } from '../support/canary-object.ts'
import { definitions, refusals } from './custom-resources.ts'

const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 } }]
const withJudge = (judge: object, own: object = {}) =>
  canaryObject({
    analysis: {
      stepWeight: 10,
      webhooks: [],
      judge,
      metrics: metrics.map((one) => ({ ...one, ...own })),
    },
  })

const schema = definitions.find(({ spec }) => spec.names.kind === 'Canary')?.spec.versions[0]
  ?.schema.openAPIV3Schema

/** As the API server: rules in CEL on a real one say the same. */
const refused = (canary: ReturnType<typeof withJudge>) => [
  ...refusals(canary),
  ...expressionErrors(schema, canary, undefined).map(({ message }) => message),
]

test.each([
  [{ interval: '5s' }, 'interval is 10s at least'],
  [{ delay: '1h' }, 'delay is 10m at most'],
  [{ soak: '25h' }, 'soak is 24h at most'],
  [{ history: '200h' }, 'history is 168h at most'],
  [{ warmup: '2h', limit: '1h' }, 'warmup is no longer than limit'],
  [{ compareTo: 'Objective', require: 'Ratio' }, 'compareTo Objective proves no ratio'],
  [{ ratio: 1.1 }, 'must be >= 1.2'],
  [{ quantile: 1 }, 'must be <= 0.9999'],
  [{ steps: 'Jump' }, 'must be equal to one of the allowed values'],
  [{ onIncident: 'Promote' }, 'must be equal to one of the allowed values'],
  [{ limit: 'soon' }, 'must match pattern'],
])('%j is refused: %s', (judge, why) => {
  expect(refused(withJudge(judge)).join('\n')).toContain(why)
})

test.each([
  [{}],
  [{ interval: '15s', warmup: '30m', limit: '1h', soak: '10m', delay: '10m', history: '168h' }],
  [{ steps: 'Skip', onIncident: 'Rollback', quantile: 0.95, warmup: '5m' }],
])('%j is accepted', (judge) => {
  expect(refused(withJudge(judge))).toEqual([])
})

test('one metric may have rules of its own, in the same bounds', () => {
  expect(refused(withJudge({}, { judge: { mode: 'Shadow', ratio: 3, quantile: 0.9 } }))).toEqual([])
  expect(refused(withJudge({}, { judge: { ratio: 11 } })).join()).toContain('must be <= 10')
})

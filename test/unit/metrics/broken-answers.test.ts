/** Answers from outside may be anything: a check fails by them, and is never an error of ours. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { metricChecks } from '../../../src/metrics/checks.ts'
import { metricProviders } from '../../../src/metrics/index.ts'
import { judge } from '../../../src/metrics/judge.ts'
import { probeProblem, providerProbes } from '../../../src/metrics/probes.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { canary, secret, template } from './builders.ts'

const now = new Date('2026-01-01T00:00:00Z')

/** JSON that looks like an answer, with anything in the places where text and numbers belong. */
const anything = fc.anything({ maxDepth: 3 })
const bodies = fc.oneof(
  fc.string(),
  anything.map((value) => `${JSON.stringify(value)}`),
  fc.json(),
  fc
    .record(
      {
        status: fc.oneof(fc.constant('error'), fc.constant('success'), fc.jsonValue()),
        errorType: fc.oneof(fc.constant({ toString: 1 }), fc.jsonValue()),
        error: fc.oneof(fc.constant({ toString: null, valueOf: 1 }), fc.jsonValue()),
        data: fc.oneof(
          fc.record({ result: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()) }),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
)
const answers = fc.record({
  status: fc.constantFrom(200, 204, 299, 400, 404, 429, 500, 503, 599),
  headers: fc.constant({}),
  body: bodies,
})

/** All that any service needs, so that each asks. */
const settings = { region: 'eu-west-1', secretRef: { name: 'all' } }
const everything = secret('all', {
  ...{ datadog_api_key: 'a-key', datadog_application_key: 'an-application' },
  ...{ newrelic_account_id: '1234', newrelic_query_key: 'a-query-key' },
  ...{ username: 'me', password: 'a-password', token: 'a-token', org: 'my-org' },
  ...{ project: 'my-project', serviceAccountKey: '{}', dynatrace_token: 'dt0c01' },
  ...{ sf_token_key: 'sf-token' },
})
const queries: Readonly<Record<string, string>> = {
  cloudwatch: '[{"id": "a", "expression": "e"}]',
  externalmetrics: 'test/errors',
  keptn: 'analysis/test/response-time',
  graphite: 'target=errors',
  influxdb: 'SELECT mean(x) FROM errors',
  webhook: '?service=podinfo',
}
const variants = Object.keys(metricProviders).flatMap((type) => [
  { type },
  ...(type === 'stackdriver' ? [{ type, language: 'promql' }] : []),
  ...(type === 'datadog' ? [{ type, apiVersion: 'v2' }] : []),
  ...(type === 'influxdb' ? [{ type, apiVersion: 'v1' }] : []),
  ...(type === 'prometheus' ? [{ type, auth: 'sigv4' }] : []),
])

/** A check by a template of this variant, and its probe, which is new each time. */
function given(variant: { type: string }) {
  const metrics = [{ name: 'own', templateRef: { name: 'own' }, thresholdRange: { max: 1 } }]
  const query = queries[variant.type] ?? 'up'
  const found = findIn([template('own', query, { ...settings, ...variant }), everything])
  const [check] = metricChecks(canary(metrics), { find: found, meshProvider: 'istio', now })
  if (!check) throw new Error('there is no check')
  return {
    check,
    probe() {
      const [probe] = providerProbes(canary(metrics), found)
      if (!probe) throw new Error('there is no probe')
      return probe
    },
  }
}

test.each(variants)('whatever a server of %j answers, it is judged', async (variant) => {
  const { check, probe } = given(variant)
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const outcome = await ask(check, answering(answer))
      expect(outcome).not.toHaveProperty('problem')
      const { ok, result } = judge(check, outcome)
      expect(ok || typeof result.error === 'string' || result.value !== undefined).toBe(true)
      expect(['string', 'undefined']).toContain(
        typeof (await probeProblem(probe(), answering(answer))),
      )
    }),
    { numRuns: 300 },
  )
})

test('an error that is not text fails the check, and is not shown', async () => {
  const metrics = [{ name: 'own', query: 'up', thresholdRange: { max: 1 } }]
  const [check] = metricChecks(canary(metrics), { find: findIn([]), meshProvider: 'istio', now })
  if (!check) throw new Error('there is no check')
  const body = '{"status":"error","errorType":{"toString":1}}'
  const { ok, event } = judge(
    check,
    await ask(check, answering({ status: 200, headers: {}, body })),
  )
  expect(ok).toBe(false)
  expect(event).toContain('error response: no reason')
})

/** As servers that nobody meant answer: metadata of a cloud, an admin page, a key, another API. */
const planted = [
  'PLANTED',
  '<html>PLANTED</html>',
  '"PLANTED"',
  '{"AccessKeyId":"PLANTED","Code":"Success"}',
  '{"PLANTED":"PLANTED"}',
  '["PLANTED"]',
  '{"data":"PLANTED"}',
  '{"data":{"result":"PLANTED"}}',
  '{"value":"PLANTED"}',
  '{"value":{"PLANTED":1}}',
  '{"results":"PLANTED","result":"PLANTED","series":"PLANTED","data":"PLANTED"}',
  '#datatype,PLANTED\nPLANTED',
  ',PLANTED\n,PLANTED\n',
  `${'['.repeat(100_000)}"PLANTED"`,
  '{"status":{"PLANTED":1},"error":{"PLANTED":"PLANTED"}}',
]

test.each(variants)('what another server answers to %j is shown to nobody', async (variant) => {
  const { check, probe } = given(variant)
  for (const status of [200, 201, 302, 400, 403, 404, 500])
    for (const body of planted) {
      const answer = { status, headers: { location: 'http://PLANTED/' }, body }
      const { result, event } = judge(check, await ask(check, answering(answer)))
      const texts = [event, result.error, await probeProblem(probe(), answering(answer))]
      expect(texts.join(' '), `${status} ${body.slice(0, 80)}`).not.toContain('PLANTED')
    }
})

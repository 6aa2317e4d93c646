/** The number of requests is asked of the same server as the value. */
import { expect, test } from 'vitest'
import { ask, obstacleTo } from '../../../src/metrics/asking.ts'
import { type MetricCheck, metricChecks } from '../../../src/metrics/checks.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { answered, askedAt, canary, template, vector } from './builders.ts'

function checkOf(metric: object, objects: KubeObject[] = []): MetricCheck {
  const deps = { find: findIn(objects), meshProvider: 'istio', now: askedAt }
  const of = { thresholdRange: { max: 10 }, minRequests: 100, ...metric }
  const [check] = metricChecks(canary([of]), deps)
  if (!check) throw new Error('there is no check')
  return check
}

/** Two answers by what is asked for; counts are what adds up to requests. */
function asking(check: MetricCheck, requests = vector('120')) {
  const queries: string[] = []
  const outcome = ask(
    check,
    answering(({ url }) => {
      const query = new URL(url).searchParams.get('query') ?? ''
      queries.push(query)
      return /increase|^n/.test(query) ? requests : vector('7')
    }),
  )
  return outcome.then((given) => ({ given, queries }))
}

test.each(['request-success-rate', 'request-duration'])(
  '%s counts its own requests',
  async (name) => {
    const { given, queries } = await asking(checkOf({ name }))
    expect(given).toEqual({ value: 7, requests: 120 })
    expect(queries[1]).toBe(
      'sum( increase( istio_requests_total{ reporter="destination", destination_workload_namespace="test", destination_workload=~"podinfo" }[1m] ) )',
    )
  },
)

test('a query of its own counts for an inline metric', async () => {
  const metric = { name: 'a', query: 'v', requestsQuery: 'n{app="{{ target }}"}' }
  const { given, queries } = await asking(checkOf(metric))
  expect(given).toEqual({ value: 7, requests: 120 })
  expect(queries).toEqual(['v', 'n{app="podinfo"}'])
})

test('a query of its own goes to the server of the template', async () => {
  const metric = { name: 'a', templateRef: { name: 't' }, requestsQuery: 'n' }
  const found = [template('t', 'v', { address: 'http://thanos' })]
  const hosts: string[] = []
  await ask(
    checkOf(metric, found),
    answering(({ url }) => {
      hosts.push(new URL(url).host)
      return vector('1')
    }),
  )
  expect(hosts).toEqual(['thanos', 'thanos'])
})

test('an answer with counts needs no second question', async () => {
  const counts = { counts: { bad: 'failed', all: 'sent' } }
  const found = [template('t', '', { type: 'webhook', ...counts })]
  const check = checkOf({ name: 'a', templateRef: { name: 't' } }, found)
  const { http } = answered({ failed: 3, sent: 60 })
  expect(check.askRequests).toBeUndefined()
  expect(await ask(check, answering(http))).toEqual({ value: 5, counts: { bad: 3, all: 60 } })
})

test('nobody counts where nothing depends on it', () => {
  expect(checkOf({ name: 'request-duration', minRequests: 0 }).askRequests).toBeUndefined()
})

test('no series is no request', async () => {
  const { given } = await asking(checkOf({ name: 'request-duration' }), vector())
  expect(given).toEqual({ value: 7, requests: 0 })
})

test('requests that can not be counted are an error that says which query it was', async () => {
  const refused = { status: 400, headers: {}, body: 'bad query' }
  const { given } = await asking(checkOf({ name: 'request-duration' }), refused)
  expect(given).toEqual({
    error: 'requestsQuery: error response: Status 400 Bad Request',
  })
})

test('a query for requests that can not be put is an obstacle before any user is there', () => {
  const metric = { name: 'a', query: 'v', requestsQuery: '{{ nothing }}' }
  expect(obstacleTo(checkOf(metric))).toContain('function "nothing" not defined')
})

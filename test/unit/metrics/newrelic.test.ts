import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { newrelic } from '../../../src/metrics/newrelic/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const secret = { newrelic_account_id: '12345', newrelic_query_key: 'NRIQ-key' }
const question = () =>
  asked("SELECT average(duration) FROM Transaction WHERE app = 'a'", { secret })
const read = (body: unknown) => replay(newrelic.query(question()), answered(body)).value

test('the query is asked of the account, for the interval of the metric', () => {
  expect(firstRequest(newrelic.query(question()))).toEqual({
    url: 'https://insights-api.newrelic.com/v1/accounts/12345/query?nrql=SELECT+average%28duration%29+FROM+Transaction+WHERE+app+%3D+%27a%27+SINCE+60+seconds+ago',
    headers: { 'X-Query-Key': 'NRIQ-key' },
    timeoutMs: 5000,
  })
})

test('the probe asks the same API at the address of another region', () => {
  const of = { ...question(), address: 'https://insights-api.eu.newrelic.com' }
  expect(firstRequest(newrelic.probe(of)).url).toBe(
    'https://insights-api.eu.newrelic.com/v1/accounts/12345/query?nrql=SELECT+%2A+FROM+Metric+SINCE+60+seconds+ago',
  )
})

test.each<[unknown, number | undefined]>([
  [{ results: [{ result: 1.5 }] }, 1.5],
  [{ results: [{ result: 0 }] }, 0],
  [{ results: [{ average: 2 }] }, 2],
  [{ results: [{ percentiles: { 99: 0.25 } }] }, 0.25],
  [{ results: [{ result: null }] }, undefined],
  [{ results: [{ average: 2, count: 3 }] }, undefined],
  [{ results: [{ percentiles: { 50: 1, 99: 2 } }] }, undefined],
  [{ results: [{ result: 1 }, { result: 2 }] }, undefined],
  [{ results: [{ latest: 'text' }] }, undefined],
  [{ results: [] }, undefined],
  [{}, undefined],
])('of %j the value is %j', (body, want) => {
  expect(read(body)).toBe(want)
})

test.each<[unknown, string]>([
  ['<html>', 'error unmarshaling result'],
  [{ results: 'none' }, 'results is not a list'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test.each(Object.keys(secret))('nothing is asked without %s', (key) => {
  const of = asked('q', { secret: { ...secret, [key]: '' } })
  expect(() => newrelic.query(of).next({})).toThrow(
    `newrelic credentials does not contain the key '${key}'`,
  )
})

test('a refused key is an error of query and probe, which does not show it', async () => {
  const { http } = answered({ error: 'Invalid query key NRIQ-key' }, 403)

  const want = {
    error: 'error response: Invalid query key ***: 403 Forbidden',
    begun: true,
  }
  expect(await hear({ talk: newrelic.query(question()), secret }, answering(http))).toEqual(want)
  expect(await hear({ talk: newrelic.probe(question()), secret }, answering(http))).toEqual(want)
})

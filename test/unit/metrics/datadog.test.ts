import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { datadog } from '../../../src/metrics/datadog/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked, askedAt } from './builders.ts'

const secret = { datadog_api_key: 'api-key-1', datadog_application_key: 'app-key-2' }
const headers = { 'DD-API-KEY': 'api-key-1', 'DD-APPLICATION-KEY': 'app-key-2' }
const question = (query = 'avg:up{*}') => asked(query, { secret })

/** Points by how many seconds before the question their bucket began. */
const series = (...points: [ago: number, value: number | null][]) => ({
  interval: 20,
  pointlist: points.map(([ago, value]) => [askedAt.getTime() - ago * 1000, value]),
})
const read = (body: unknown) => replay(datadog.query(question()), answered(body)).value

test('the query goes to Datadog as it is, over ten intervals', () => {
  const query = 'avg:errors{service:podinfo}\n/\navg:hits{*} * 100'

  expect(firstRequest(datadog.query(question(query)))).toEqual({
    url: 'https://api.datadoghq.com/api/v1/query?from=1767226800&query=avg%3Aerrors%7Bservice%3Apodinfo%7D%0A%2F%0Aavg%3Ahits%7B%2A%7D+%2A+100&to=1767227400',
    headers,
    timeoutMs: 5000,
  })
})

test('an address of another site is asked, below its path', () => {
  const of = { ...question(), address: 'https://api.datadoghq.eu/dd/' }
  expect(firstRequest(datadog.probe(of))).toMatchObject({
    url: 'https://api.datadoghq.eu/dd/api/v1/validate',
    headers,
  })
})

test.each<[string, unknown, number | undefined]>([
  ['the newest full bucket', { series: [series([580, 1], [50, 2], [30, 3], [10, 4])] }, 3],
  ['what came one interval late', { series: [series([135, 7])] }, 7],
  ['nothing that is older', { series: [series([580, 1], [145, 1])] }, undefined],
  ['no null as a number', { series: [series([50, 2], [30, null])] }, 2],
  ['nothing of nulls alone', { series: [series([30, null])] }, undefined],
  ['zero as a number', { series: [series([30, 0])] }, 0],
  ['the first series', { series: [series([30, 1]), series([30, 2])] }, 1],
  ['nothing of no series', { status: 'ok', series: [] }, undefined],
  ['nothing of a series without points', { series: [series()] }, undefined],
])('%s is read', (_, body, want) => {
  expect(read(body)).toBe(want)
})

test.each<[unknown, string]>([
  [{ status: 'error', error: 'Rule 1 failed' }, 'error response: Rule 1 failed'],
  ['<html>', 'error unmarshaling result'],
  [{ series: [{ pointlist: [[1]] }] }, 'a point is not a pair of time and value'],
  [[], 'it is not an object'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test.each(['datadog_api_key', 'datadog_application_key'])('nothing is asked without %s', (key) => {
  const of = asked('q', { secret: { ...secret, [key]: '' } })
  expect(() => datadog.query(of).next({})).toThrow(`datadog credentials does not contain ${key}`)
})

test('refused keys are an error of query and probe, which does not show them', async () => {
  const { http } = answered({ errors: ['Forbidden for api-key-1 and app-key-2'] }, 403)

  const want = {
    error: 'error response: Forbidden for *** and ***: 403 Forbidden',
    begun: true,
  }
  expect(await hear({ talk: datadog.query(question()), secret }, answering(http))).toEqual(want)
  expect(await hear({ talk: datadog.probe(question()), secret }, answering(http))).toEqual(want)
})

test('keys that are valid are enough for the probe', () => {
  expect(() => replay(datadog.probe(question()), answered({ valid: true }))).not.toThrow()
})

import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { dynatrace } from '../../../src/metrics/dynatrace/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const secret = { dynatrace_token: 'dt0c01.token' }
const address = 'https://abc.live.dynatrace.com/'
const selector = 'builtin:service.errors.total.rate:filter(eq("app","a")):splitBy()'
const question = () => asked(selector, { address, secret })
const read = (body: unknown) => replay(dynatrace.query(question()), answered(body)).value

test('the selector is asked over ten intervals, as one point', () => {
  expect(firstRequest(dynatrace.query(question()))).toEqual({
    url: 'https://abc.live.dynatrace.com/api/v2/metrics/query?from=1767226800000&metricSelector=builtin%3Aservice.errors.total.rate%3Afilter%28eq%28%22app%22%2C%22a%22%29%29%3AsplitBy%28%29&resolution=Inf&to=1767227400000',
    headers: { Authorization: 'Api-Token dt0c01.token' },
    timeoutMs: 5000,
  })
})

test.each<[object, string]>([
  [{ secret }, 'dynatrace endpoint is not set'],
  [{ secret, address: 'abc' }, 'dynatrace address abc is not a valid URL'],
  [{ address }, 'dynatrace credentials does not contain dynatrace_token'],
])('%j lacks what a request needs', (source, want) => {
  expect(() => dynatrace.query(asked(selector, source)).next({})).toThrow(want)
})

const result = (...sets: unknown[][]) => ({
  result: [{ metricId: 'm', data: sets.map((values) => ({ timestamps: [1], values })) }],
})

test.each<[unknown, number | undefined]>([
  [result([1.5]), 1.5],
  [result([0]), 0],
  [result([null]), undefined],
  [result([]), undefined],
  [result(), undefined],
  [{ result: [] }, undefined],
  [{}, undefined],
])('of %j the value is %j', (body, want) => {
  expect(read(body)).toBe(want)
})

test.each<[unknown, string]>([
  [result([1], [2]), 'query returned 2 sets of dimensions; join them with :splitBy()'],
  [result(['x']), 'a value is not a number'],
  [[], 'result is not a list'],
  [{ result: [1] }, 'data is not a list'],
  ['<html>', 'error unmarshaling result'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test('the probe asks for one metric, and fails by a token that is refused', async () => {
  const probe = () => dynatrace.probe(question())
  expect(firstRequest(probe()).url).toBe('https://abc.live.dynatrace.com/api/v2/metrics?pageSize=1')
  expect(() => replay(probe(), answered({ metrics: [] }))).not.toThrow()

  const { http } = answered({ error: { code: 401, message: 'no dt0c01.token' } }, 401)
  const want = { error: 'error response: no ***: 401 Unauthorized', begun: true }
  expect(await hear({ talk: probe(), secret }, answering(http))).toEqual(want)
  expect(await hear({ talk: dynatrace.query(question()), secret }, answering(http))).toEqual(want)
})

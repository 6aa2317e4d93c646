import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { stackdriver } from '../../../src/metrics/stackdriver/provider.ts'
import { answering, firstAsk, madeUpCredentials } from '../../support/conversations.ts'
import { answered, asked, vector } from './builders.ts'

const mql = 'fetch k8s_container | within 1m'
const secret = { project: 'my-project', serviceAccountKey: '{"a":1}' }
const question = (of = {}) => asked(mql, { secret, ...of })
const listen = (body: unknown, status = 200, of = {}) => {
  const { http } = answered(body, status)
  return hear({ talk: stackdriver.query(question(of)), secret }, answering(http))
}

/** What is sent once the credentials are there. */
function sent(of: object) {
  const talk = stackdriver.query(question(of))
  talk.next({})
  return talk.next({ credentials: madeUpCredentials.gcp }).value
}

test('MQL is sent with a token of the key in the Secret', () => {
  expect(firstAsk(stackdriver.query(question()))).toEqual({
    credentials: { cloud: 'gcp', secret },
  })
  expect(sent({})).toEqual({
    http: {
      method: 'POST',
      url: 'https://monitoring.googleapis.com/v3/projects/my-project/timeSeries:query',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer google-token-1' },
      body: JSON.stringify({ query: mql }),
      timeoutMs: 5000,
    },
  })
})

test('PromQL goes to the API of Prometheus, for the project of the credentials', () => {
  expect(sent({ secret: {}, language: 'promql' })).toEqual({
    http: {
      url: 'https://monitoring.googleapis.com/v1/projects/shop/location/global/prometheus/api/v1/query?query=fetch+k8s_container+%7C+within+1m',
      headers: { Authorization: 'Bearer google-token-1' },
      timeoutMs: 5000,
    },
  })
})

test.each([
  'https://evil.example.com',
  'http://monitoring.googleapis.com',
  'https://a.googleapis.com.evil.com',
])("the controller's own token does not go to %s", (address) => {
  const own = question({ address, secret: { project: 'p' } })
  expect(() => stackdriver.query(own).next({})).toThrow('goes to https://*.googleapis.com only')
})

test('a Secret without a project is refused before anything is asked', () => {
  const of = question({ secret: { serviceAccountKey: '{}' } })
  expect(() => stackdriver.query(of).next({})).toThrow(
    'stackdriver credentials does not contain a project id',
  )
})

const point = (value: unknown) => ({ timeSeriesData: [{ pointData: [{ values: [value] }] }] })

test.each<[unknown, number | undefined]>([
  [point({ doubleValue: 1.5 }), 1.5],
  [point({ doubleValue: 0 }), 0],
  [point({ int64Value: '42' }), 42],
  [point({ doubleValue: 'Infinity' }), Number.POSITIVE_INFINITY],
  [point({ doubleValue: 'NaN' }), undefined],
  [point({ doubleValue: null }), undefined],
  [{ timeSeriesData: [{ pointData: [{ values: [] }] }] }, undefined],
  [{ timeSeriesData: [{ pointData: [] }] }, undefined],
  [{ timeSeriesData: [] }, undefined],
  [{}, undefined],
])('%j holds the value %j', async (body, want) => {
  expect(await listen(body)).toEqual({ value: { value: want } })
})

test('an answer of the API of Prometheus is read like one of Prometheus', async () => {
  const { body } = vector('7')
  expect(await listen(body, 200, { language: 'promql' })).toEqual({ value: { value: 7 } })
})

test.each<[unknown, string]>([
  ['<html>', 'error unmarshaling result'],
  [[], 'it is not an object'],
  [{ timeSeriesData: {} }, 'timeSeriesData is not a list'],
  [{ timeSeriesData: [7] }, 'timeSeriesData[0] is not an object'],
  [point({ boolValue: true }), 'a value is a boolValue, not a number'],
  [point({ doubleValue: 'high' }), 'a value is a doubleValue, not a number'],
])('%j is an error that says why', async (body, want) => {
  expect(await listen(body)).toEqual({ error: expect.stringContaining(want), begun: true })
})

test.each<[errors: unknown, error: string | undefined]>([
  [[], undefined],
  [[{ code: 4, message: 'a zone did not answer' }], ': a zone did not answer'],
  [[{ code: 4 }], ''],
])(
  'of an answer with the partial errors %j nothing is taken for the whole',
  async (errors, said) => {
    const heard = await listen({ ...point({ doubleValue: 0 }), partialErrors: errors })
    expect(heard).toEqual(
      said === undefined
        ? { value: { value: 0 } }
        : { error: `the answer is partial${said}`, begun: true },
    )
  },
)

test('a refusal is an error of query and probe, which does not show the token', async () => {
  const refusal = {
    error: { code: 403, message: 'google-token-1 lacks monitoring.timeSeries.list' },
  }
  const { http } = answered(refusal, 403)
  const want = {
    error: 'error requesting stackdriver: *** lacks monitoring.timeSeries.list (status 403)',
    begun: true,
  }
  expect(await listen(refusal, 403)).toEqual(want)
  expect(await hear({ talk: stackdriver.probe(question()), secret }, answering(http))).toEqual(want)
})

test('the service is there when it takes the token, though it will not answer nothing', async () => {
  const { http } = answered({ error: { message: 'the query is empty' } }, 400)
  const heard = await hear({ talk: stackdriver.probe(question()), secret }, answering(http))
  expect(heard).toEqual({ value: undefined })
})

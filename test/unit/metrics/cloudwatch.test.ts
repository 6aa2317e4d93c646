import { expect, test } from 'vitest'
import { cloudwatch } from '../../../src/metrics/cloudwatch/provider.ts'
import { hear } from '../../../src/metrics/conversation.ts'
import type { Ask } from '../../../src/metrics/provider.ts'
import { answering, firstAsk, madeUpCredentials } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const source = { region: 'eu-west-1' }
const query = '[{"id":"e1","metricStat":{"metric":{"namespace":"App"},"period":60,"stat":"Sum"}}]'
const question = (of = {}) => asked(query, { ...source, ...of })
const listen = (body: unknown, status = 200) => {
  const { http } = answered(body, status)
  return hear({ talk: cloudwatch.query(question()), secret: {} }, answering(http))
}

test('the last ten intervals are asked for, signed with the credentials of the region', () => {
  const talk = cloudwatch.query(question())
  const secret = {}
  expect(talk.next({}).value).toEqual({ credentials: { cloud: 'aws', secret, ...source } })
  expect(talk.next({ credentials: madeUpCredentials.aws }).value).toEqual({
    http: {
      method: 'POST',
      url: 'https://monitoring.eu-west-1.amazonaws.com/',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': 'GraniteServiceVersion20100801.GetMetricData',
        'X-Amz-Date': '20260101T003000Z',
        'X-Amz-Security-Token': 'session-token-1',
        Authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/eu-west-1\/monitoring\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
        ),
      },
      body: '{"StartTime":1767226800,"EndTime":1767227400,"MaxDatapoints":20,"MetricDataQueries":[{"Id":"e1","MetricStat":{"Metric":{"Namespace":"App"},"Period":60,"Stat":"Sum"}}]}',
      timeoutMs: 5000,
    },
  })
})

test('regions of China are elsewhere', () => {
  const talk = cloudwatch.query(question({ region: 'cn-north-1' }))
  talk.next({})
  expect(talk.next({ credentials: madeUpCredentials.aws }).value).toMatchObject({
    http: { url: 'https://monitoring.cn-north-1.amazonaws.com.cn/' },
  })
})

test.each([
  ['[', 'error unmarshaling query: '],
  ['{}', 'error unmarshaling query: it is not a list of MetricDataQuery'],
  ['[]', 'error unmarshaling query: it is not a list of MetricDataQuery'],
])('the query %j is refused before anything is asked', (text, want) => {
  expect(() => cloudwatch.query(asked(text, source)).next({})).toThrow(want)
})

test('a region that would be another host is refused before credentials are asked for', () => {
  const talk = cloudwatch.query(question({ region: 'x.evil.example/' }))
  expect(() => talk.next({})).toThrow('"x.evil.example/" is no region of AWS, such as eu-west-1')
})

test('nothing is asked without a region', () => {
  expect(() => firstAsk(cloudwatch.query(asked(query)))).toThrow('region not specified')
})

const results = (...values: unknown[]) => ({ MetricDataResults: [{ Id: 'e1', Values: values }] })

test.each<[unknown, number | undefined]>([
  [results(3, 2, 1), 3],
  [results(0), 0],
  [results(null), undefined],
  [results(), undefined],
  [{ MetricDataResults: [] }, undefined],
  [{}, undefined],
])('%j holds the value %j', async (body, want) => {
  expect(await listen(body)).toEqual({ value: { value: want } })
})

test.each<[unknown, string]>([
  ['<html>', 'error unmarshaling result'],
  [[], 'MetricDataResults is not a list'],
  [{ MetricDataResults: [7] }, 'a result is not an object'],
  [{ MetricDataResults: [{ Values: {} }] }, 'Values is not a list'],
  [results('many'), 'a value is not a number'],
  [
    { MetricDataResults: [{ StatusCode: 'Forbidden', Messages: [{ Value: 'no' }] }] },
    'error requesting cloudwatch: Forbidden: no',
  ],
])('%j is an error that says why', async (body, want) => {
  expect(await listen(body)).toEqual({ error: expect.stringContaining(want), begun: true })
})

const denied = { __type: 'com.amazon#AccessDeniedException', Message: 'session-token-1 may not' }

test('refused keys are an error of query and probe, which shows none of them', async () => {
  const { http } = answered(denied, 400)
  const want = {
    error: 'error requesting cloudwatch: AccessDeniedException: *** may not (status 400)',
    begun: true,
  }
  expect(await listen(denied, 400)).toEqual(want)
  expect(await hear({ talk: cloudwatch.probe(question()), secret: {} }, answering(http))).toEqual(
    want,
  )
})

test('without credentials nothing is asked', async () => {
  const heard = await hear({ talk: cloudwatch.query(question()), secret: {} }, async (ask) => {
    if (!('credentials' in ask)) throw new Error('the service is asked')
    return { error: 'there are none' }
  })
  expect(heard).toEqual({
    error: 'error requesting cloudwatch: request failed: there are none',
    begun: true,
  })
})

test('the service is there when it takes the keys, though it will not answer nothing', async () => {
  const { http } = answered({ __type: 'ValidationError', Message: 'no queries' }, 400)
  const heard = await hear({ talk: cloudwatch.probe(question()), secret: {} }, answering(http))
  expect(heard).toEqual({ value: undefined })
})

test('a service that is busy is asked three times, with fresh credentials and longer waits', async () => {
  const asks: Ask[] = []
  const answer = answering({ status: 400, headers: {}, body: '{"__type":"ThrottlingException"}' })
  const heard = await hear({ talk: cloudwatch.query(question()), secret: {} }, (ask) => {
    asks.push(ask)
    return answer(ask)
  })

  expect(asks.map((ask) => ('pauseMs' in ask ? ask.pauseMs : Object.keys(ask)[0]))).toEqual([
    ...['credentials', 'http', 400],
    ...['credentials', 'http', 800],
    ...['credentials', 'http'],
  ])
  expect(heard).toMatchObject({ error: expect.stringContaining('ThrottlingException') })
})

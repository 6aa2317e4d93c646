import { expect, test } from 'vitest'
import type { HttpRequest } from '../../../src/io/http.ts'
import { ask } from '../../../src/metrics/asking.ts'
import { metricChecks } from '../../../src/metrics/checks.ts'
import { hear } from '../../../src/metrics/conversation.ts'
import { judge } from '../../../src/metrics/judge.ts'
import type { MetricSource } from '../../../src/metrics/provider.ts'
import { webhook } from '../../../src/metrics/webhook/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { answered, asked, askedAt, canary, secret, template } from './builders.ts'

const address = 'https://kpi/orders'
const sent = (query: string, source: Partial<MetricSource> = {}) =>
  firstRequest(webhook.query(asked(query, { address, ...source })))
const read = (body: unknown, source: Partial<MetricSource> = {}) =>
  replay(webhook.query(asked('', { address, ...source })), answered(body))

test('with GET the query follows the address', () => {
  expect(sent('?service=podinfo\n', { headers: { 'X-Tenant': ['a'] } })).toEqual({
    method: 'GET',
    url: 'https://kpi/orders?service=podinfo',
    headers: { 'X-Tenant': ['a'] },
    timeoutMs: 5000,
  })
  expect(sent('/podinfo').url).toBe('https://kpi/orders/podinfo')
  expect(sent('').url).toBe('https://kpi/orders')
})

test('with POST the query is the body, which is JSON unless a header says otherwise', () => {
  const method = 'POST'
  expect(sent('{"app":"podinfo"}\n', { method })).toEqual({
    method,
    url: 'https://kpi/orders',
    headers: { 'Content-Type': 'application/json' },
    body: '{"app":"podinfo"}',
    timeoutMs: 5000,
  })
  const headers = { 'content-type': ['text/plain'] }
  expect(sent('x', { method, headers }).headers).toEqual(headers)
})

test('a query leads to no other server', () => {
  for (const query of ['.example.org/', '@example.org/', ':81/'])
    expect(() => sent(query, { address: 'https://kpi' })).toThrow(
      'the query leads away from https://kpi; begin it with / or ?',
    )
})

test.each<[Record<string, string>, string]>([
  [{ token: 'token-1' }, 'Bearer token-1'],
  [{ username: 'u', password: 'p' }, 'Basic dTpw'],
])('of the Secret %j the request has %s', (of, authorization) => {
  expect(sent('', { secret: of }).headers).toEqual({ Authorization: authorization })
})

test.each<[unknown, string | undefined, number | undefined]>([
  [{ value: 120 }, undefined, 120],
  [{ value: '120.5' }, undefined, 120.5],
  [7, undefined, 7],
  [{ data: { items: [{ rate: 0 }] } }, 'data.items[0].rate', 0],
  [[{ n: 1 }, { n: 2 }], '[1].n', 2],
  [{ value: null }, undefined, undefined],
  [{ other: 1 }, undefined, undefined],
  [{ data: [] }, 'data[0].n', undefined],
  [{}, 'constructor', undefined],
])('of %j the value at %j is %j', (body, valuePath, want) => {
  expect(read(body, valuePath === undefined ? {} : { valuePath })).toEqual({ value: want })
})

test.each<[unknown, string]>([
  ['<html>', 'error unmarshaling result'],
  [{ value: true }, 'value is a boolean, not a number'],
  [{ value: {} }, 'value is an object, not a number'],
  [{ value: 'many' }, 'value is a text, not a number'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test('two counts are a share in percent, and of nothing there is none', () => {
  const counts = { bad: 'orders.failed', all: 'orders.all' }
  expect(read({ orders: { failed: 1, all: 8 } }, { counts })).toEqual({
    value: 12.5,
    counts: { bad: 1, all: 8 },
  })
  expect(read({ orders: { failed: 0, all: 0 } }, { counts })).toEqual({ value: undefined })
  expect(read({ orders: {} }, { counts })).toEqual({ value: undefined })
  expect(() => read({ orders: { failed: 9, all: 8 } }, { counts })).toThrow(
    'orders.failed is 9, which is no share of 8 at orders.all',
  )
})

test('the probe asks nothing, and names what the template lacks', async () => {
  const probe = (source: Partial<MetricSource>) =>
    hear({ talk: webhook.probe(asked('', source)), secret: {} }, answering({ error: 'asked' }))
  expect(await probe({ address })).toEqual({ value: undefined })
  expect(await probe({ address: 'kpi' })).toEqual({
    error: 'webhook address kpi is not a valid URL',
    begun: false,
  })
})

const kpi = template('business-metrics', '{"app":"{{ target }}"}', {
  type: 'webhook',
  address,
  method: 'POST',
  valuePath: 'orders.perMinute',
  secretRef: { name: 'kpi' },
})
const metric = {
  name: 'business-kpi',
  templateRef: { name: 'business-metrics' },
  thresholdRange: { min: 100 },
  interval: '5m',
}

/** What a check by the template comes to, and the request that was sent for it. */
async function judged(answer: ReturnType<typeof answered>) {
  const find = findIn([kpi, secret('kpi', { token: 'token-1' })])
  const [check] = metricChecks(canary([metric]), { find, meshProvider: 'istio', now: askedAt })
  if (!check) throw new Error('there is no check')
  const requests: HttpRequest[] = []
  const answerer = answering((request) => {
    requests.push(request)
    return answer.http
  })
  return { ...judge(check, await ask(check, answerer)), requests }
}

test('a business figure passes and fails a check by its bounds', async () => {
  const { ok, requests } = await judged(answered({ orders: { perMinute: 120 } }))
  expect(ok).toBe(true)
  expect(requests).toMatchObject([{ method: 'POST', body: '{"app":"podinfo"}' }])
  expect(await judged(answered({ orders: { perMinute: 80 } }))).toMatchObject({
    ok: false,
    event: 'Halt podinfo.test advancement business-kpi 80.00 < 100',
  })
})

test('a token that is refused is no part of the event', async () => {
  expect(await judged(answered({ error: 'not for Bearer token-1' }, 403))).toMatchObject({
    ok: false,
    event: 'Metric query failed for business-kpi: error response: not for ***: 403 Forbidden',
  })
})

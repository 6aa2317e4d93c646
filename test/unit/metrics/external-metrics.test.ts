import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { provider } from '../../../src/metrics/external-metrics/provider.ts'
import { readQuantity } from '../../../src/metrics/external-metrics/quantity.ts'
import { answering, firstAsk, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const base = '/apis/external.metrics.k8s.io/v1beta1'
const list = (...values: unknown[]) => ({ items: values.map((value) => ({ value })) })
const read = (kube: unknown) => replay(provider.query(asked('shop/errors')), { kube }).value

test.each([
  ['errors', 'default/errors?timeout=5s'],
  ['/errors', 'default/errors?timeout=5s'],
  ['shop/errors', 'shop/errors?timeout=5s'],
  ['shop/datadogmetric@shop:errors', 'shop/datadogmetric@shop:errors?timeout=5s'],
  ['shop/a b', 'shop/a%20b?timeout=5s'],
  [
    'shop/errors?labelSelector=app%3Dpodinfo%2Ctier',
    'shop/errors?labelSelector=app%3Dpodinfo%2Ctier&timeout=5s',
  ],
])('%s is asked of the API server', (query, want) => {
  expect(firstAsk(provider.query(asked(query)))).toEqual({
    kube: { path: `${base}/namespaces/${want}` },
  })
})

test.each([
  ['', 'write it as NAMESPACE/METRIC'],
  ['shop/', 'write it as NAMESPACE/METRIC'],
  ['a/b/c', 'write it as NAMESPACE/METRIC'],
  ['shop/errors?selector=a', 'selector is no parameter, only labelSelector is'],
  ['../errors', '".." is not the name of a namespace'],
])('the query %j is refused before anything is asked', (query, want) => {
  expect(() => provider.query(asked(query)).next({})).toThrow(want)
})

test('where references across namespaces are not allowed, neither are queries', () => {
  const of = { namespaces: ['shop', 'flagger-system'] }
  expect(() => provider.query(asked('shop/errors', of)).next({})).not.toThrow()
  expect(() => provider.query(asked('bank/errors', of)).next({})).toThrow(
    'the query names bank, use shop or flagger-system',
  )
})

test.each<[unknown, number | undefined]>([
  [list('1500m'), 1.5],
  [list('0', '7'), 0],
  [list('7', '0'), 7],
  [list(3), 3],
  [list(null), undefined],
  [list(), undefined],
  [{}, undefined],
])('%j holds the value %j', (answer, want) => {
  expect(read(answer)).toBe(want)
})

test.each<[unknown, string]>([
  ['<html>', 'the answer is not a list of metrics'],
  [{ items: {} }, 'the answer is not a list of metrics'],
  [list('many'), 'the first item has no value that is a quantity'],
  [{ items: [7] }, 'the first item has no value that is a quantity'],
])('%j is an error that says why', (answer, want) => {
  expect(() => read(answer)).toThrow(want)
})

test.each<[string, number | undefined]>([
  ['2Ki', 2048],
  ['1e3', 1000],
  ['-5', -5],
  ['.5', 0.5],
  ['100u', 1e-4],
  ['3G', 3e9],
  ['7E', 7e18],
  ['', undefined],
  ['5x', undefined],
  ['Ki', undefined],
  ['1500constructor', undefined],
])('the quantity %j is %j', (text, want) => {
  expect(readQuantity(text)).toBe(want)
})

const elsewhere = { address: 'https://agent.monitoring/base', insecureSkipVerify: true }

test('another server is sent the token of the Secret, and never the account of the controller', () => {
  const request = (secret: Record<string, string>) =>
    firstRequest(provider.query(asked('shop/errors', { ...elsewhere, secret })))

  expect(request({ token: 'token-1', 'ca.crt': 'PEM' })).toEqual({
    url: `https://agent.monitoring/base${base}/namespaces/shop/errors?timeout=5s`,
    headers: { Authorization: 'Bearer token-1' },
    timeoutMs: 5000,
    insecureSkipVerify: true,
    tls: { ca: 'PEM' },
  })
  expect(request({}).headers).toEqual({})
})

test('another server that refuses is an error, which does not show the token', async () => {
  const secret = { token: 'token-1' }
  const of = asked('shop/errors', { ...elsewhere, secret })
  const { http } = answered({ kind: 'Status', message: 'no token-1 here' }, 403)
  const want = {
    error: 'error querying external metrics API: error response: no *** here: 403 Forbidden',
    begun: true,
  }
  expect(await hear({ talk: provider.query(of), secret }, answering(http))).toEqual(want)
  expect(await hear({ talk: provider.probe(of), secret }, answering(http))).toEqual(want)
})

test('the API is there when the API server knows it', async () => {
  const probe = () => provider.probe(asked(''))
  expect(firstAsk(probe())).toEqual({ kube: { path: base } })
  expect(() => replay(probe(), { kube: { kind: 'APIResourceList' } })).not.toThrow()
  expect(await hear({ talk: probe(), secret: {} }, async () => ({ error: '404' }))).toEqual({
    error: 'error querying external metrics API: request failed: 404',
    begun: true,
  })
})

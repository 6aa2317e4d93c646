import { expect, test } from 'vitest'
import { bothMatch, inTermsOfIstio } from '../../../../src/routers/istio/match.ts'

const insider = { headers: { 'x-beta': { exact: '1' } } }
const cookie = { headers: { cookie: { regex: 'beta=on' } } }

test('without conditions of the service, those of the test hold', () => {
  expect(bothMatch([insider, cookie])).toEqual([insider, cookie])
})

test('each condition of the test meets each of the service, in order', () => {
  const pay = { uri: { prefix: '/pay' } }
  const buy = { uri: { prefix: '/buy' } }
  expect(bothMatch([insider, cookie], [pay, buy])).toEqual([
    { ...pay, ...insider },
    { ...buy, ...insider },
    { ...pay, ...cookie },
    { ...buy, ...cookie },
  ])
})

test('headers, query parameters and labels of both are wanted', () => {
  const test = { ...insider, queryParams: { v: { exact: '2' } }, sourceLabels: { app: 'shop' } }
  const service = { headers: { host: { exact: 'a' } }, sourceLabels: { zone: 'eu' }, port: 80 }
  expect(bothMatch([test], [service])).toEqual([
    {
      headers: { host: { exact: 'a' }, 'x-beta': { exact: '1' } },
      queryParams: { v: { exact: '2' } },
      sourceLabels: { app: 'shop', zone: 'eu' },
      port: 80,
    },
  ])
})

test('an end of a text becomes an expression, which Istio knows', () => {
  const test = { headers: { 'user-agent': { suffix: 'Beta (1.0)' } } }
  const expression = { regex: String.raw`.*Beta \(1\.0\)` }
  expect(bothMatch([test])).toEqual([{ headers: { 'user-agent': expression } }])
  const service = {
    uri: { suffix: '.html' },
    queryParams: { v: { suffix: '2' }, w: { exact: '3' } },
    withoutHeaders: { x: { suffix: 'y' } },
    port: 80,
  }
  const html = {
    uri: { regex: String.raw`.*\.html` },
    queryParams: { v: { regex: '.*2' }, w: { exact: '3' } },
    withoutHeaders: { x: { regex: '.*y' } },
    port: 80,
  }
  expect(inTermsOfIstio(service)).toEqual(html)
  expect(bothMatch([test], [service])).toEqual([{ ...html, headers: { 'user-agent': expression } }])
})

import { expect, test } from 'vitest'
import { bothMatch } from '../../../../src/routers/istio/match.ts'

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

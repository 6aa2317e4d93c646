import { expect, test } from 'vitest'
import { rulesOf, type Service } from './route.ts'

const filtersOf = (service: Service, provider = 'gatewayapi:v1') =>
  rulesOf(service, { provider })[0]?.filters ?? []

test('a rewrite without a type replaces the whole path', () => {
  expect(filtersOf({ rewrite: { uri: '/v2' } })).toEqual([
    {
      type: 'URLRewrite',
      urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/v2' } },
    },
  ])
  expect(filtersOf({ rewrite: { authority: 'a.example' } })).toEqual([
    { type: 'URLRewrite', urlRewrite: { hostname: 'a.example' } },
  ])
})

test('headers come in the order of their names, whatever the order in the Canary', () => {
  const names = ['d', 'a', 'c', 'b']
  const set = (order: string[]) => Object.fromEntries(order.map((name) => [name, name]))
  const one = filtersOf({ headers: { request: { set: set(names) } } })
  const other = filtersOf({ headers: { request: { set: set(names.toReversed()) } } })
  expect(one).toEqual(other)
  expect(JSON.stringify(one)).toMatch(/"a".*"b".*"c".*"d"/)
})

test('origins by their letters are taken from either list, and a day lasts 86,400 seconds', () => {
  const corsPolicy = {
    allowOrigin: ['https://a.example'],
    allowOrigins: [{ exact: 'https://b.example' }, { regex: '.*' }],
    maxAge: '24h',
  }
  expect(filtersOf({ corsPolicy })).toEqual([
    {
      type: 'CORS',
      cors: { allowOrigins: ['https://a.example', 'https://b.example'], maxAge: 86_400 },
    },
  ])
})

test('an age that is none is the one that the API server would write', () => {
  for (const maxAge of ['1d', '0s', ''])
    expect(filtersOf({ corsPolicy: { maxAge } })).toEqual([{ type: 'CORS', cors: { maxAge: 5 } }])
})

test('v1beta1 has no CORS', () => {
  expect(filtersOf({ corsPolicy: { allowOrigin: ['*'] } }, 'gatewayapi:v1beta1')).toEqual([])
})

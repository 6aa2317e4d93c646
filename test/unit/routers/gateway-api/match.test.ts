import { expect, test } from 'vitest'
import { everyPath, rulesOf } from './route.ts'

const matchesOf = (...match: object[]) => rulesOf({ match })[0]?.matches

test('conditions of the service come in the terms of HTTPRoutes, names in order', () => {
  const match = {
    uri: { regex: '/a.*', exact: '/a', prefix: '/' },
    method: { exact: 'GET' },
    headers: { b: { regex: 'y' }, a: { exact: 'x', regex: 'z' } },
    queryParams: { q: { exact: '1' } },
  }
  expect(matchesOf(match, { uri: { exact: '/b', prefix: '/' } })).toEqual([
    {
      path: { type: 'RegularExpression', value: '/a.*' },
      method: 'GET',
      headers: [
        { name: 'a', type: 'Exact', value: 'x' },
        { name: 'b', type: 'RegularExpression', value: 'y' },
      ],
      queryParams: [{ name: 'q', type: 'Exact', value: '1' }],
    },
    { path: { type: 'Exact', value: '/b' } },
  ])
})

test('a match without a path has the one that the API server would add', () => {
  expect(matchesOf({ headers: { a: { exact: 'x' } } })).toEqual([
    { ...everyPath, headers: [{ name: 'a', type: 'Exact', value: 'x' }] },
  ])
})

test('an entry of which nothing can be expressed is left out; without any, every path is taken', () => {
  expect(matchesOf({ sourceLabels: { a: 'b' } }, { uri: { prefix: '/x' } })).toEqual([
    { path: { type: 'PathPrefix', value: '/x' } },
  ])
  expect(matchesOf({ name: 'x', gateways: ['mesh'] })).toEqual([everyPath])
  expect(matchesOf()).toEqual([everyPath])
})

test.each([
  [{ uri: {} }, 'spec.service.match[0].uri', 'exact, prefix or regex'],
  [{ uri: { suffix: 'x' } }, 'spec.service.match[0].uri', 'exact, prefix or regex'],
  [{ method: { regex: 'GET|PUT' } }, 'spec.service.match[0].method', 'exact'],
  [{ headers: { a: {} } }, 'spec.service.match[0].headers.a', 'exact, regex, prefix or suffix'],
  [
    { queryParams: { q: {} } },
    'spec.service.match[0].queryParams.q',
    'exact, regex, prefix or suffix',
  ],
])('%j is refused by its field', (match, field, remedy) => {
  expect(() => matchesOf(match)).toThrow(
    `Invalid request matching selectors: canary podinfo.test: ${field} can't be expressed in an ` +
      `HTTPRoute; give it ${remedy}`,
  )
})

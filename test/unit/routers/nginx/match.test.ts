import { expect, test } from 'vitest'
import { matchAnnotations } from '../../../../src/routers/nginx/match.ts'

const header = (name: string, value: object) => ({ headers: { [name]: value } })

test.each([
  [{ exact: '1' }, { 'by-header-value': '1', 'by-header-pattern': '' }],
  [{ regex: 'a.*' }, { 'by-header-value': '', 'by-header-pattern': 'a.*' }],
  [{ prefix: 'a.b' }, { 'by-header-value': '', 'by-header-pattern': String.raw`^a\.b` }],
  [{ suffix: 'a.b' }, { 'by-header-value': '', 'by-header-pattern': String.raw`a\.b$` }],
])('a header %j is %j', (value, annotations) => {
  expect(matchAnnotations([header('x', value)])).toEqual({ 'by-header': 'x', ...annotations })
})

test('one header and one cookie go together', () => {
  expect(
    matchAnnotations([header('x', { exact: '1' }), header('cookie', { exact: 'beta' })]),
  ).toEqual({
    'by-header': 'x',
    'by-header-value': '1',
    'by-header-pattern': '',
    'by-cookie': 'beta',
  })
})

test('of two headers the last one wins, whole', () => {
  const match = [header('x', { exact: '1' }), header('y', { regex: 'a' })]
  expect(matchAnnotations(match)).toEqual({
    'by-header': 'y',
    'by-header-value': '',
    'by-header-pattern': 'a',
  })
})

test.each([
  [[]],
  [[{}]],
  [[header('x', {})]],
  [[header('cookie', { regex: 'a' })]],
  [[{ headers: { x: { exact: '1' }, y: { exact: '2' } } }]],
  [[{ ...header('x', { exact: '1' }), queryParams: { v: { exact: '2' } } }]],
  [[header('x', { exact: '1' }), { sourceLabels: { app: 'shop' } }]],
])('%j has no counterpart', (match) => {
  expect(matchAnnotations(match)).toBeUndefined()
})

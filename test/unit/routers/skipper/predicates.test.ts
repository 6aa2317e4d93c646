import { expect, test } from 'vitest'
import { disabled, preferred, withPredicate } from '../../../../src/routers/skipper/predicates.ts'

test.each([
  ['', 'Weight(100)'],
  ['Method("GET")', 'Weight(100) && Method("GET")'],
  ['A()&&B()', 'Weight(100) && A() && B()'],
  ['False() && A()', 'Weight(100) && A()'],
  [' Weight(100) &&  && A() && Weight(100)', 'Weight(100) && A()'],
  ['Weight(50) && A()', 'Weight(100) && Weight(50) && A()'],
])('%j becomes %j', (predicates, wanted) => {
  expect(withPredicate(predicates, preferred)).toBe(wanted)
})

test.each([
  'Header("x", "a && b")',
  String.raw`Header("x", "\" && b")`,
  'Header("x", `a && b`)',
  'PathRegexp(/a && b/)',
])('the operator within %s joins nothing', (predicate) => {
  expect(withPredicate(`${predicate} && A()`, disabled)).toBe(`False() && ${predicate} && A()`)
})

test('a quote that never ends swallows nothing', () => {
  expect(withPredicate('A("x && B()', preferred)).toBe('Weight(100) && A("x && B()')
})

import { expect, test } from 'vitest'
import { evaluate } from '../../../../../src/sandbox/api/schema/cel.ts'

const self = { kind: 'Service', port: 80, name: 'a-b', list: [1, 2, 3], map: { a: 1, b: 2 } }

test.each([
  ["self.kind == 'Service'", true],
  ['self.kind != "Service"', false],
  ['has(self.port) && self.port > 79', true],
  ['has(self.gone) || self.port <= 80', true],
  ['!has(self.gone)', true],
  ["self.kind == 'Service' ? has(self.port) : false", true],
  ["self.kind == 'X' ? false : self.port == 81 ? false : true", true],
  ['size(self.list) == 3 && self.list.size() == 3', true],
  ["size(self.name) >= 3 && self.name.startsWith('a') && self.name.endsWith('b')", true],
  ["self.name.matches('^[a-z]-') && self.name.contains('-')", true],
  [
    'self.list.all(x, x > 0) && self.list.exists(x, x == 2) && self.list.exists_one(x, x == 2)',
    true,
  ],
  ['self.list.filter(x, x > 1).map(x, x * 2) == [4, 6]', true],
  ["self.map.all(key, key in ['a', 'b'])", true],
  ["'a' in self.map && !('c' in self.map) && 2 in self.list", true],
  ["self['map']['a'] + self.list[0] - 1 == 1", true],
  ['(1 + 2) * 3 == 9 && 7 / 2 == 3 && 7 % 2 == 1 && -1 < 0', true],
  ["self.gone == 1 || self.kind == 'Service'", true],
  ["duration('90s') == duration('1m30s') && duration('10s') < duration('1m')", true],
  ["int('5') == 5 && string(5) == '5'", true],
])('%s is %s', (rule, want) => {
  expect(evaluate(rule, { self })).toBe(want)
})

test.each([
  ['self.gone == 1', 'no such key: gone'],
  ['other.x', "undeclared reference to 'other'"],
  ['self.kind ==', 'unexpected "end" in the rule'],
  ['self.kind == $', 'cannot read the rule at'],
  ['(self.kind', 'expected ")" in the rule'],
  ["duration('long') > duration('1s')", "type conversion error from 'string'"],
  ["self.name.reverse() == 'a'", "undeclared reference to 'reverse'"],
])('%s fails: %s', (rule, message) => {
  expect(() => evaluate(rule, { self })).toThrow(message)
})

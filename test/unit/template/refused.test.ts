/** Templates that are refused, and the sentences that say why. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatFixed, formatFloat } from '../../../src/template/printing/go-numbers.ts'
import { printf } from '../../../src/template/printing/printf.ts'
import { run } from './running.ts'

test.each<[string, unknown[], string]>([
  ['%s %v %d', ['a', [1], 3], 'a [1] 3'],
  ['%#x %O %d', [-255, -8, -3], '-0xff -0o10 -3'],
  ['%O %U %U', [1.5, 1.5, -1], '%!O(float64=1.5) %!U(float64=1.5) U+FFFFFFFFFFFFFFFF'],
  ['%.2f|%6.1f|%-6.1f|%06.1f', [0.125, 1.25, 1.25, -1.25], '0.12|   1.2|1.2   |-001.2'],
  ['%q %t %x %X %c', ['a"b', true, 'hi', 255, 65], '"a\\"b" true 6869 FF A'],
  ['%5s|%-5s|%.2s', ['ab', 'ab', 'abc'], '   ab|ab   |ab'],
  ['%+d %e %g %.3g %%', [5, 123456, 1234567, 1234567], '+5 1.234560e+05 1.234567e+06 1.23e+06 %'],
  ['%d', ['a'], '%!d(string=a)'],
  ['%d', [], '%!d(MISSING)'],
  ['x', ['a'], 'x%!(EXTRA string=a)'],
  ['%', [], '%!(NOVERB)'],
  ['%[2]s %[1]s', ['a', 'b'], 'b a'],
  ['%q %q', ['\x00\x07\n\\"é', '\x7f'], '"\\x00\\a\\n\\\\\\"é" "\\x7f"'],
  ['%q %q %+q %c', [7, 39, 0x1f600, -3], "'\\a' '\\'' '\\U0001f600' \ufffd"],
  ['%[1]s %[1]q', ['a'], 'a "a"'],
  ['%[3]s', ['a'], '%!s(BADINDEX)'],
  ['%*d|%-*d|%.*f', [4, 7, 4, 7, 1, 1.25], '   7|7   |1.2'],
  ['%*d', ['a', 1], '%!(BADWIDTH)1'],
  ['% d|% x|%U|%O', [5, 'hi', 65, 8], ' 5|68 69|U+0041|0o10'],
  ['%E %G', [12345.678, 1e-10], '1.234568E+04 1E-10'],
  ['%+q %#q %#v %s', ['é', 'a', 'a', null], '"\\u00e9" `a` "a" %!s(<nil>)'],
  ['%q', [{ b: 'x', a: 'y' }], 'map["a":"y" "b":"x"]'],
])('printf %j %j gives %s', (format, values, want) => {
  expect(printf(format, ...values)).toBe(want)
})

test.each([
  [99, '99'],
  [99.5, '99.5'],
  [999999, '999999'],
  [1000000, '1e+06'],
  [1234567, '1.234567e+06'],
  [0.0001, '0.0001'],
  [0.000099, '9.9e-05'],
  [-0.5, '-0.5'],
  [Number.POSITIVE_INFINITY, '+Inf'],
])('a bound of %d is shown as %s', (value, want) => {
  expect(formatFloat(value)).toBe(want)
})

test.each([
  [0.125, '0.12'],
  [0.375, '0.38'],
  [99.995, '100.00'],
  [1.005, '1.00'],
  [2.5, '2.50'],
  [-0.125, '-0.12'],
  [1e22, '10000000000000000000000.00'],
  [Number.NaN, 'NaN'],
])('%d has the two decimals %s', (value, want) => {
  expect(formatFixed(value, 2)).toBe(want)
})

test('two decimals are never further off than half of the last one', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      expect(Math.abs(Number(formatFixed(value, 2)) - value)).toBeLessThanOrEqual(0.00501)
    }),
  )
})

test('no text makes the parser fail in another way than with a sentence', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '-',
    ' ',
    'if',
    'end',
    '$x',
    ':=',
    '"',
    '(',
    ')',
    '.a',
    '|',
    'x',
    '/*',
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      try {
        run(pieces.join(''))
      } catch (error) {
        expect(String(error)).toMatch(/^TemplateError: template: tmpl:\d/)
      }
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from '../../../../src/sandbox/prometheus/parse.ts'

test('a selector has matchers of all four kinds, in either quotes, and a trailing comma', () => {
  expect(parseQuery(`http_requests{a="1", b!='2',c=~"x|y",d!~"5.*",}[1m30s]`)).toEqual({
    kind: 'selector',
    name: 'http_requests',
    matchers: [
      { label: 'a', op: '=', value: '1' },
      { label: 'b', op: '!=', value: '2' },
      { label: 'c', op: '=~', value: 'x|y' },
      { label: 'd', op: '!~', value: '5.*' },
    ],
    rangeMs: 90_000,
    offsetMs: 0,
  })
})

test('multiplication binds more than addition, which binds more than comparison and "or"', () => {
  const shape = (text: string): unknown => {
    const of = (query: ReturnType<typeof parseQuery>): unknown =>
      query.kind === 'binary'
        ? [of(query.left), query.op, of(query.right)]
        : query.kind === 'number'
          ? query.value
          : 'other'
    return of(parseQuery(text))
  }
  expect(shape('1 + 2 * 3')).toEqual([1, '+', [2, '*', 3]])
  expect(shape('1 - 2 - 3')).toEqual([[1, '-', 2], '-', 3])
  expect(shape('(1 + 2) * 3')).toEqual([[1, '+', 2], '*', 3])
  expect(shape('1 + 2 > 3 or 4')).toEqual([[[1, '+', 2], '>', 3], 'or', 4])
  expect(shape('1 or 2 and 3')).toEqual([1, 'or', [2, 'and', 3]])
  expect(shape('-1 * 2')).toEqual([[0, '-', 1], '*', 2])
})

test('groups of an aggregation are named before or after what is aggregated', () => {
  const wanted = { kind: 'aggregate', name: 'sum', by: ['le', 'pod'], without: false }
  expect(parseQuery('sum by (le, pod) (x)')).toMatchObject(wanted)
  expect(parseQuery('sum(x) by (le, pod)')).toMatchObject(wanted)
  expect(parseQuery('sum without (le) (x)')).toMatchObject({ by: ['le'], without: true })
})

test.each([
  ['', 'unexpected end of input'],
  ['   ', 'unexpected end of input'],
  ['sum(', 'unexpected end of input'],
  ['sum(x', 'unexpected end of input'],
  ['sum(x, y)', 'sum takes one argument'],
  ['x{a="1"', 'unexpected end of input'],
  ['x{a="1" b="2"}', 'unexpected "b"'],
  ['x{a=1}', 'unexpected "1"'],
  ['x{a}', 'unexpected "}"'],
  ['x[5]', 'bad number or duration syntax: "5"'],
  ['x[]', 'bad number or duration syntax: ""'],
  ['x[5m] y', 'unexpected "y"'],
  ['x y', 'unexpected "y"'],
  ['x )', 'unexpected ")"'],
  ['x + ', 'unexpected end of input'],
  ['* x', 'unexpected "*"'],
  ['x ? y', 'parse error at char 2'],
  ['x # comment', 'parse error at char 2'],
  ['sum by ("le") (x)', 'unexpected'],
  ['x{a="unfinished}', 'parse error at char'],
  ['x offset y', 'bad number or duration syntax: "y"'],
  ['x == bool 1', '"bool" is not supported here'],
  ['x / on(a) y', '"on" is not supported here'],
])('%j is refused: %s', (text, why) => {
  expect(() => parseQuery(text)).toThrow(why)
})

test('any text is read or refused with a sentence, and never anything else', () => {
  const piece = fc.constantFrom(
    ...['sum', 'rate', 'x', '(', ')', '{', '}', '[5m]', '[', ']', ',', '=', '=~', '"a"', '1', ' '],
    ...['or', 'by', '+', '-', '*', '/', '>', '==', 'NaN', '.', '"', "'", '\\', 'le'],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        expect(parseQuery(pieces.join(' '))).toHaveProperty('kind')
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect(error).not.toBeInstanceOf(TypeError)
        expect(String(error)).toMatch(/parse error/)
      }
    }),
    { numRuns: 2_000 },
  )
})

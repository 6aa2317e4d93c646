import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyOf } from '../../../../src/sandbox/api/json.ts'

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test.each([
  { a: undefined, b: [undefined, 1], c: null },
  [Number.NaN, Number.POSITIVE_INFINITY, 0.5],
  { at: new Date(0) },
  JSON.parse('{"__proto__": {"a": 1}, "b": {"__proto__": 2}}'),
  'text',
])('a copy of %j is what a trip over the wire would give', (value) => {
  const copy = copyOf(value)
  expect(JSON.stringify(copy)).toBe(JSON.stringify(overTheWire(value)))
  expect(copy).toEqual(overTheWire(value))
})

test('a copy shares nothing with what it was made of', () => {
  fc.assert(
    fc.property(fc.object(), (value) => {
      const before = JSON.stringify(value)
      const copy = copyOf(value)
      expect(JSON.stringify(copy)).toBe(before)
      for (const child of Object.values(copy)) if (Array.isArray(child)) child.push('more')
      expect(JSON.stringify(value)).toBe(before)
    }),
    { numRuns: 50 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tableLines } from '../../../../commands/output/table.ts'

const cell = fc.constantFrom(
  '',
  'a',
  'podinfo',
  '漢字',
  '✔ Running',
  'a b',
  '\u001b[32mgood\u001b[39m',
)
const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 })
/** Each cell is there once more, so that no column is wider. */
const often = (few: readonly (readonly string[])[]) => Array.from({ length: 60 }, () => few).flat()

test('a table of many rows looks as one of a few', () => {
  fc.assert(
    fc.property(rows, fc.option(fc.integer({ min: 10, max: 60 })), (few, columns) => {
      const options = columns === null ? {} : { width: columns }
      const header = ['NAME', 'STATUS', 'SINCE']
      const short = tableLines(header, few, options)
      const long = tableLines(header, often(few), options)
      expect(long.slice(0, short.length)).toEqual(short)
    }),
  )
})

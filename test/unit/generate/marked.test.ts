import { expect, test } from 'vitest'
import { markdownTable, withMarked } from '../../../scripts/generate/docs/marked.ts'

const page = 'before\n<!-- flags:begin -->\nold\n<!-- flags:end -->\nafter\n'

test('only what stands between the marks is replaced, and doing it again changes nothing', () => {
  const once = withMarked(page, 'flags', 'new')
  expect(once).toBe('before\n<!-- flags:begin -->\n\nnew\n\n<!-- flags:end -->\nafter\n')
  expect(withMarked(once, 'flags', 'new')).toBe(once)
})

test('a page without the marks is refused by their names', () => {
  expect(() => withMarked(page, 'variables', 'new')).toThrow(/variables:begin.*variables:end/)
})

test('a bar in a cell is not the end of the cell', () => {
  expect(
    markdownTable([
      ['a', 'b'],
      ['json|yaml', ''],
    ]),
  ).toBe('| a | b |\n| --- | --- |\n| json\\|yaml |  |')
})

/** The page that says what becomes of each weakness of Flagger's names a test for it: it must be there. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
const page = readFileSync(path.join(root, 'docs/compatibility.md'), 'utf8')
const rows = page.split('\n').filter((line) => /^\| [CWAMH]-\d+ \|/.test(line))
const sources = globSync(['test/**/*.test.ts', 'test/scenarios/*.yaml'], { cwd: root })
  .filter((file) => !file.endsWith('weaknesses.test.ts'))
  .map((file) => readFileSync(path.join(root, file), 'utf8'))

const idOf = (row: string) => row.split('|')[1]?.trim() ?? ''
const namesIn = (row: string) =>
  [...(row.split('|').at(-2) ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)

describe.each(rows.map((row) => [idOf(row), row] as const))('%s', (_id, row) => {
  test('names at least one test where something is better, and each of them exists', () => {
    const names = namesIn(row)
    const isKept = /^The same[ :]/.test(row.split('|')[3]?.trim() ?? '')
    if (!isKept) expect(names).not.toEqual([])
    expect(names.filter((name) => !sources.some((text) => text.includes(name)))).toEqual([])
  })
})

test('no weakness is left out', () => {
  const numbers = (letter: string, last: number) =>
    Array.from({ length: last }, (_, at) => `${letter}-${at + 1}`)
  expect(rows.map(idOf)).toEqual([
    ...numbers('C', 38),
    ...numbers('W', 20),
    ...numbers('A', 14),
    ...numbers('M', 43),
    ...numbers('H', 28),
  ])
})

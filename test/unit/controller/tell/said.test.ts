import { expect, test } from 'vitest'
import { createSaid } from '../../../../controller/tell/said.ts'

const at = (seconds: number) => seconds * 1_000

test('a trouble is said when it begins, and again after five minutes', () => {
  const said = createSaid()
  expect([0, 1, 299, 300].map((s) => said.isNews('target not found', at(s)))).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('numbers that move on are said twice a minute at most', () => {
  const said = createSaid()
  const pods = (s: number) => said.isNews(`${s} of 50 replicas are available`, at(s))
  expect([0, 1, 29, 30, 31, 60].map(pods)).toEqual([true, false, false, true, false, true])
})

test('what passed and comes back is news', () => {
  const said = createSaid()
  said.isNews('gate closed', at(0))
  said.retain([])
  expect(said.isNews('gate closed', at(1))).toBe(true)
})

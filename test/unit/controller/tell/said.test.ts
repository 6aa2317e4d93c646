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

test('numbers that move on are said after half a minute, then after twice as long each time', () => {
  const said = createSaid()
  const pods = (s: number) => said.isNews(`${s} of 50 replicas are available`, at(s))
  const times = [0, 1, 29, 30, 31, 60, 89, 90, 209, 210]
  expect(times.filter(pods)).toEqual([0, 30, 90, 210])
})

test.each([
  (s: number) => `request 8f3e-${s}c-77 is not approved`,
  (s: number) => `closed at 2026-01-01T00:00:${s}Z`,
])('a wait whose words never stay the same comes down to once in five minutes', (text) => {
  const said = createSaid()
  const minutes = Array.from({ length: 8 * 60 }, (_, minute) => minute * 60)
  const heard = minutes.filter((s) => said.isNews(text(s), at(s)))
  expect(heard.length).toBeLessThan(8 * 12 + 5)
})

test('what passed and comes back is news', () => {
  const said = createSaid()
  said.isNews('gate closed', at(0))
  said.retain([])
  expect(said.isNews('gate closed', at(1))).toBe(true)
})

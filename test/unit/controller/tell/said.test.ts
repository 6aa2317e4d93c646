import { expect, test } from 'vitest'
import { createSaid } from '../../../../controller/tell/said.ts'

const at = (seconds: number) => seconds * 1_000

test('a trouble is said when it begins, and again after five minutes', () => {
  const said = createSaid()
  expect([0, 1, 299, 300].map((s) => said.isNews({ message: 'target not found' }, at(s)))).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('numbers that move on are said after half a minute, then after twice as long each time', () => {
  const said = createSaid()
  const pods = (s: number) => said.isNews({ message: `${s} of 50 replicas are available` }, at(s))
  const times = [0, 1, 29, 30, 31, 60, 89, 90, 209, 210]
  expect(times.filter(pods)).toEqual([0, 30, 90, 210])
})

test.each([
  (s: number) => `request 8f3e-${s}c-77 is not approved`,
  (s: number) => `closed at 2026-01-01T00:00:${s}Z`,
])('a wait whose words never stay the same comes down to once in five minutes', (text) => {
  const said = createSaid()
  const minutes = Array.from({ length: 8 * 60 }, (_, minute) => minute * 60)
  const heard = minutes.filter((s) => said.isNews({ message: text(s) }, at(s)))
  expect(heard.length).toBeLessThan(8 * 12 + 5)
})

test('what passed and comes back is news', () => {
  const said = createSaid()
  said.isNews({ message: 'gate closed' }, at(0))
  said.retain([])
  expect(said.isNews({ message: 'gate closed' }, at(1))).toBe(true)
})

const rollout = (message: string) => ({ message, routine: true as const })

test('pods that come within five seconds need no word, in whatever words they are waited for', () => {
  const said = createSaid()
  expect(said.isNews(rollout('not observed yet'), at(0))).toBe(false)
  expect(said.dueMs(at(0))).toBe(at(5))
  expect(said.isNews(rollout('0 of 1 are available'), at(4.9))).toBe(false)
  said.retain([])
  expect(said.dueMs(at(4.9))).toBeUndefined()
})

test('pods that take longer are told once, and their progress after half a minute', () => {
  const said = createSaid()
  const told = [0, 1, 5, 6, 20, 35].map((s) => said.isNews(rollout(`${s} of 50`), at(s)))
  expect(told).toEqual([false, false, true, false, false, true])
  expect(said.dueMs(at(35))).toBeUndefined()
})

test('what was put off is due no more once its time is past: it is said by then, or over', () => {
  const said = createSaid()
  said.isNews(rollout('not observed yet'), at(0))
  expect(said.dueMs(at(5))).toBeUndefined()
})

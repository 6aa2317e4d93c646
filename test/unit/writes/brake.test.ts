import { expect, test } from 'vitest'
import { brake, type History, unanswered } from '../../../src/writes/brake.ts'
import type { Field } from '../../../src/writes/fields.ts'

const note: Field = { path: ['metadata', 'annotations', 'note'], found: 'theirs', wanted: 'ours' }
const weight: Field = { path: ['spec', 'weight'], found: 0, wanted: 5 }

/** A canary's history of writes, on a clock in seconds. */
function given(isCritical = false) {
  let history: History = new Map()
  return {
    size: () => history.size,
    look(seconds: number, ...fields: Field[]) {
      const nowMs = seconds * 1000
      const seen = brake(history, { object: 'web', fields, isCritical: () => isCritical, nowMs })
      history = seen.history
      return {
        written: fields.length - seen.left.length,
        news: seen.news.length,
        retry: seen.retryMs && seen.retryMs / 1000,
      }
    },
  }
}

/** How often a field is written within so many seconds by somebody who is undone at once. */
function writes(isCritical: boolean, seconds: number): { written: number; news: number } {
  const { look } = given(isCritical)
  let [written, news] = [0, 0]
  for (let at = 0; at < seconds; at += 0.1) {
    const seen = look(at, note)
    written += seen.written
    news += seen.news
  }
  return { written, news }
}

test('what is undone at once is written a few times, then left alone, and said once', () => {
  expect(writes(false, 3_600)).toEqual({ written: 6, news: 1 })
})

test('a critical field is written on, once a minute', () => {
  expect(writes(true, 60)).toEqual({ written: 4, news: 1 })
  expect(writes(true, 3_600).written).toBeLessThanOrEqual(4 + 60)
})

test('who writes back every ten minutes never meets the brake', () => {
  for (const isCritical of [false, true]) {
    const { look } = given(isCritical)
    for (let at = 0; at < 100_000; at += 600) expect(look(at, note)).toMatchObject({ written: 1 })
  }
})

test('a critical field that is set back once a minute is held as well', () => {
  const { look } = given(true)
  const seen = [0, 59, 118, 177, 230, 240].map((at) => look(at, weight))
  expect(seen.map(({ written }) => written)).toEqual([1, 1, 1, 1, 0, 1])
  expect(seen.map(({ news }) => news)).toEqual([0, 0, 0, 0, 1, 0])
})

test('a field that is left alone is written again as soon as something else is wanted', () => {
  const { look } = given()
  for (let at = 0; at < 400; at++) look(at, note)
  expect(look(400, note)).toMatchObject({ written: 0, retry: undefined })
  expect(look(401, { ...note, wanted: 'another' })).toMatchObject({ written: 1 })
})

test('a field that waits leaves the others free, and says when it is tried', () => {
  const { look } = given()
  for (let at = 0; at < 4; at++) look(at, note)
  expect(look(5, note, weight)).toEqual({ written: 1, news: 1, retry: 63 })
})

test('a fight that is over is forgotten, and of many fields no more than enough are kept', () => {
  const { look, size } = given()
  for (let at = 0; at < 10; at++) look(at, note)
  look(100)
  expect(size()).toBe(0)
  const many = Array.from({ length: 500 }, (_, at) => ({ ...note, path: ['spec', at] }))
  look(200, ...many)
  expect(size()).toBeLessThanOrEqual(100)
})

test('a write whose answer did not come may have been made: what is found later is nobody else’s', () => {
  let history: History = new Map()
  const write = (wanted: number, at: number, isAnswered: boolean) => {
    const field: Field = { ...weight, found: -1, wanted }
    const of = { object: 'web', fields: [field], isCritical: () => true, nowMs: at * 1000 }
    const seen = brake(history, of)
    history = isAnswered ? seen.history : unanswered(history, seen.history, 'web')
    return seen.left
  }
  for (let at = 0; at < 600; at += 60) {
    for (const again of [0, 1, 2]) expect(write(70, at + again, false)).toEqual([])
    expect(write(40, at + 20, true)).toEqual([])
    expect(write(100, at + 40, false)).toEqual([])
  }
})

test('nor is a brake that is on let go by one', () => {
  let history: History = new Map()
  const of = { object: 'web', fields: [weight], isCritical: () => true }
  for (const at of [0, 1, 2, 3, 4]) history = brake(history, { ...of, nowMs: at * 1000 }).history
  const tried = brake(history, { ...of, nowMs: 90_000 })
  expect(tried.left).toEqual([])
  expect(unanswered(history, tried.history, 'web')).toEqual(history)
})

test('a list of which an entry comes and goes by rollouts is nobody else’s, however many there are', () => {
  const { look } = given(true)
  const services = ['spec', 'services']
  for (let at = 0; at < 600; at += 60) {
    const two = { path: services, found: [100], wanted: [70, 30] }
    const half = { path: [...services, 0, 'weight'], found: 70, wanted: 40 }
    const one = { path: services, found: [40, 60], wanted: [100] }
    const seen = [two, half, one].map((field, n) => look(at + n, field as Field))
    expect(seen.map(({ written }) => written)).toEqual([1, 1, 1])
  }
})

/** A list of which somebody replaces an entry each time, while what is wanted keeps the others. */
const grown = (at: number): Field => ({
  path: ['spec', 'backends'],
  found: ['ours', `theirs-${at}`],
  wanted: ['ours', 'back', `theirs-${at}`],
})

test('what somebody makes something else of each time waits as well, until nobody does', () => {
  const { look } = given(true)
  let [written, news] = [0, 0]
  for (let at = 0; at < 300; at += 1) {
    const seen = look(at, grown(at))
    written += seen.written
    news += seen.news
  }
  expect({ written, news }).toEqual({ written: 17, news: 1 })
  const [calm] = [400, 401].map((at) => look(at, { ...grown(400), found: grown(299).wanted }))
  expect(calm).toMatchObject({ written: 1 })
})

test('steps of a run that nobody undoes are written at any pace', () => {
  const { look } = given(true)
  for (let step = 0; step < 100; step += 1) {
    const moved = { ...weight, found: step, wanted: step + 1 }
    expect(look(step / 10, moved)).toMatchObject({ written: 1 })
  }
})

/** One request of several, one that comes again, and one that comes late: each is answered once. */
import { expect, test } from 'vitest'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
  idleWorld,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'
import { after, asked, worldIn } from './asked.ts'

test('the safest of several requests is carried out, the rest are superseded', () => {
  const world = after(1)
  change(world, ({ resource }) => {
    if (!resource) return
    resource.metadata.annotations = {
      'flagger.app/promote': '{"id":"p","mode":"full"}',
      'flagger.app/abort': '{"id":"a"}',
      'flagger.app/restart': '{"id":"r"}',
    }
  })
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual([])
  const { requests = {} } = statusOf(world)
  expect(
    Object.entries(requests)
      .map(([verb, { result }]) => `${verb} ${result}`)
      .sort(),
  ).toEqual(['abort done', 'promote superseded', 'restart superseded'])
})

test('the same number is never acted on twice, and its answer stays', () => {
  const world = worldIn('Failed')
  world.failing = undefined
  annotate(world, 'retry', { id: 'one' })
  expect(statusOf(world).phase).toBe('Progressing')
  world.failing = 'err 100.00 > 50'
  advance(world, 3 * 60_000)
  expect(statusOf(world).phase).toBe('Failed')
  annotate(world, 'retry', { id: 'one' })
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).requests?.retry).toMatchObject({ id: 'one', result: 'done' })
})

test('a plain word that comes back within an interval is refused, later it counts', () => {
  const world = worldIn('Failed')
  annotate(world, 'restart')
  expect(statusOf(world).phase).toBe('Progressing')
  advance(world, 30_000)
  expect(asked(world, 'restart')).toBe('rejected Progressing')
  expect(statusOf(world).requests?.restart?.message).toMatch(/Git/)
  advance(world, 60_000)
  expect(asked(world, 'restart')).toMatch(/^done/)
})

/** A gate at which a plain promotion is found, answered so many seconds before the start. */
function leftBehind(ageSeconds: number, sinceStartSeconds = 1): World {
  const world = worldIn('Waiting')
  const before = statusOf(world)
  world.now = new Date(world.now.getTime() + 3_600_000)
  world.startedAt = new Date(world.now.getTime() - sinceStartSeconds * 1000)
  const at = new Date(world.startedAt.getTime() - ageSeconds * 1000).toISOString()
  const requests = { promote: { result: 'done' as const, message: 'the gate is open', at } }
  if (world.resource) world.resource = { ...world.resource, status: { ...before, requests } }
  annotate(world, 'promote')
  return world
}

test('a plain word that a process died over is not carried out twice, and keeps its answer', () => {
  const world = leftBehind(90)
  expect(statusOf(world).phase).toBe('Waiting')
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).requests?.promote).toMatchObject({ message: 'the gate is open' })
})

test.each([
  ['answered long before the start', 301, 1],
  ['set when the start is an interval ago', 90, 61],
])('a plain word %s is a new one', (_what, age, sinceStart) => {
  expect(statusOf(leftBehind(age, sinceStart)).phase).toBe('Progressing')
})

test.each([
  ['v2:green', 'done Failed'],
  ['green', 'done Failed'],
  ['gre', 'done Failed'],
  ['blue', 'rejected Progressing'],
])('a request for revision %s is %s', (revision, want) => {
  expect(asked(after(0), 'abort', { revision })).toBe(want)
})

test('a value that cannot be read is answered and taken away', () => {
  const world = after(0)
  expect(asked(world, 'abort', 'now!')).toBe('rejected Progressing')
  expect(annotationsOf(world)).toEqual([])
})

test('an order is not lost on the interval: it acts at once', () => {
  const world = after(0)
  advance(world, 10_000)
  annotate(world, 'promote', { mode: 'full' })
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
})

test('a delay does not swallow an order', () => {
  const world = idleWorld({ analysis: { delay: '10m' } })
  deploy(world, 'green')
  annotate(world, 'promote', { mode: 'step' })
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

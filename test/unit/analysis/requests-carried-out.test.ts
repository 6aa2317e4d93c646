/** What an order that is carried out brings about, and what it says of it. */
import { expect, test } from 'vitest'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
  hooksOf,
  idleWorld,
  row,
  statusOf,
} from '../../support/world.ts'
import { after, asked, worldIn } from './asked.ts'

test('an abort brings everything back and says who asked', () => {
  const world = after(1)
  annotate(world, 'abort', { id: 'a1', by: 'jane', reason: '5xx in checkout' })
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(world.target.replicas).toBe(0)
  const { conditions, history, requests, handledRequestIds } = statusOf(world)
  expect(conditions?.[0]?.message).toBe('aborted by jane: 5xx in checkout')
  expect(history?.[0]).toMatchObject({ result: 'Aborted', by: 'jane' })
  expect(history?.[0]?.requests).toMatchObject([{ verb: 'abort', result: 'done', by: 'jane' }])
  expect(requests?.abort).toMatchObject({ id: 'a1', result: 'done', by: 'jane' })
  expect(handledRequestIds).toEqual(['a1'])
  expect(world.log.events).toContain(
    'N Request abort by jane (5xx in checkout) done: the canary is rolled back',
  )
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('an abort while waiting for approval keeps the revision from starting again', () => {
  const world = worldIn('Waiting')
  annotate(world, 'abort')
  world.closed = []
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('a step after the last one is refused: it would be the promotion', () => {
  const world = after(2)
  expect(row(world)).toBe('Progressing 60/0/0 40/60')
  expect(asked(world, 'promote', { mode: 'step' })).toBe('rejected Progressing')
})

test('iterations can be stepped over, but not past the last', () => {
  const world = idleWorld({ analysis: { iterations: 5 } })
  deploy(world, 'green')
  annotate(world, 'promote', { mode: 'step', steps: 2, id: 's1' })
  expect(row(world)).toBe('Progressing 0/3/0 100/0')
  annotate(world, 'promote', { mode: 'step', steps: 9, id: 's2' })
  expect(row(world)).toBe('Progressing 0/5/0 100/0')
  expect(asked(world, 'promote', { mode: 'step', id: 's3' })).toBe('rejected Progressing')
})

test('a promotion waits for the pods, and is answered when it is made', () => {
  const world = idleWorld({ startupMs: 30_000 })
  deploy(world, 'green')
  expect(asked(world, 'promote')).toBe('accepted Progressing')
  expect(annotationsOf(world)).toEqual(['flagger.app/promote'])
  world.startupMs = 0
  advance(world, 30_000)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  expect(statusOf(world).requests?.promote?.result).toBe('done')
  expect(annotationsOf(world)).toEqual([])
})

test('a full promotion at the first gate goes all the way', () => {
  const world = worldIn('Waiting')
  world.startupMs = 30_000
  expect(asked(world, 'promote', { mode: 'full', id: 'p1' })).toBe('accepted Progressing')
  advance(world, 30_000)
  expect(statusOf(world).phase).toBe('Promoting')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.asked).not.toContain('metrics')
})

test('a promotion of what the target no longer says is refused', () => {
  const world = after(1)
  world.target.revision = 'red'
  annotate(world, 'promote', { mode: 'full' })
  expect(statusOf(world).requests?.promote).toMatchObject({ result: 'rejected' })
  expect(world.primary?.revision).toBe('blue')
  expect(statusOf(world).lastAppliedSpec).toBe('v2:red')
})

test('a full promotion in blue/green switches the traffic before it copies', () => {
  const world = idleWorld({ analysis: { iterations: 5 } })
  deploy(world, 'green')
  annotate(world, 'promote', { mode: 'full' })
  expect(world.log.routes.map(({ canary }) => canary)).toEqual([100, 0])
  expect(world.primary?.revision).toBe('green')
})

test('a closed traffic gate is opened once by a promotion', () => {
  const type = 'confirm-traffic-increase'
  const world = idleWorld({ analysis: { webhooks: hooksOf(type) }, closed: [type] })
  deploy(world, 'green')
  advance(world)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  annotate(world, 'promote')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test('a reset starts a run of what is not promoted, unless it is held', () => {
  const world = worldIn('Failed')
  world.failing = undefined
  annotate(world, 'reset', { hold: true, id: 'r1' })
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
  annotate(world, 'reset', { id: 'r2' })
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe('green')
})

test('a reset in a run ends it, and takes pause and skip with it', () => {
  const world = after(1)
  annotate(world, 'pause')
  annotate(world, 'reset', { hold: true })
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).canaryAnalysis).not.toHaveProperty('paused')
  expect(statusOf(world).history?.[0]).toMatchObject({ result: 'Aborted', reason: 'reset' })
})

test('a reset of configuration that failed runs it again', () => {
  const world = idleWorld({ configs: { 'configmap/a': 'one' } })
  world.failing = 'err 100.00 > 50'
  change(world, (edited) => {
    edited.configs = { 'configmap/a': 'two' }
  })
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  annotate(world, 'reset')
  expect(statusOf(world).phase).toBe('Progressing')
})

test('a full promotion of an A/B test makes no further check', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = idleWorld({ analysis: { iterations: 5, match } })
  deploy(world, 'green')
  expect(row(world)).toBe('Progressing 0/1/0 0/100')
  annotate(world, 'promote', { mode: 'full' })
  expect(world.primary?.revision).toBe('green')
  expect(world.log.routes.map(({ canary }) => canary)).toEqual([100, 0])
})

test('a promotion of blue/green that is switched already moves nobody', () => {
  const world = idleWorld({ analysis: { iterations: 1 } })
  deploy(world, 'green')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 0/2/0 0/100')
  annotate(world, 'promote', { mode: 'full' })
  expect(world.primary?.revision).toBe('green')
  expect(world.log.routes.map(({ canary }) => canary)).toEqual([100, 0])
})

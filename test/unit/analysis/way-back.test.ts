/** The way back where no pod of the primary is ready, and the canary's are. */
import { expect, test } from 'vitest'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'
import { after, asked, worldIn } from './asked.ts'

/** The node of all its pods goes, or somebody deletes them; they come again after a while. */
function killPrimary(world: World, forMs = 3 * 60_000): void {
  const { primary } = world
  if (!primary) throw new Error('there is no primary')
  primary.readyAt = new Date(world.now.getTime() + forMs)
}

const why =
  'no pod of the primary is ready, and the canary serves until one is: checkout-primary.shop not ' +
  'ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated'

test('an abort waits for the first pod of a primary that has none, and says so once', () => {
  const world = after(1)
  killPrimary(world)
  annotate(world, 'abort', { id: 'a1', by: 'jane', reason: '5xx' })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(world.target.replicas).toBe(2)
  expect(statusOf(world).requests?.abort).toMatchObject({
    ...{ id: 'a1', result: 'accepted', by: 'jane', message: `waiting: ${why}` },
  })
  expect(annotationsOf(world)).toEqual(['flagger.app/abort'])
  const said = world.log.events.filter((text) => text.includes('abort'))
  expect(said).toContain(`W The abort of checkout.shop waits: ${why}`)

  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(statusOf(world).requests?.abort).toMatchObject({ id: 'a1', result: 'done' })
  expect(annotationsOf(world)).toEqual([])
})

test('a person who insists is obeyed at once', () => {
  const world = after(1)
  killPrimary(world)
  annotate(world, 'abort', { id: 'a1' })
  annotate(world, 'abort', { id: 'a2', force: true })
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('an abort waits for nothing where the canary has no pod either, or no traffic', () => {
  const both = after(1)
  killPrimary(both)
  both.target.readyAt = new Date(both.now.getTime() + 60_000)
  annotate(both, 'abort')
  expect(row(both)).toBe('Failed 0/0/0 100/0')

  const unused = worldIn('Waiting')
  expect(row(unused)).toMatch(/ 100\/0$/)
  killPrimary(unused)
  annotate(unused, 'abort')
  expect(row(unused)).toBe('Failed 0/0/0 100/0')
})

test('an abort that waits leads nowhere else: no check is asked, and no weight moves', () => {
  const world = after(1)
  killPrimary(world, 30 * 60_000)
  annotate(world, 'abort')
  world.log.asked = []
  advance(world, 25 * 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(world.log.asked).toEqual([])
})

test('a reset is refused until somebody can take the traffic', () => {
  const world = after(1)
  killPrimary(world)
  expect(asked(world, 'reset', { force: true })).toBe('rejected Progressing')
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('too many failed checks bring nobody to a primary without pods, and the rollback follows', () => {
  const world = after(1)
  world.failing = 'err 100.00 > 50'
  advance(world, 2 * 60_000 - 1_000)
  change(world, (of) => {
    killPrimary(of)
    if (of.resource && 'status' in of.resource && of.resource.status)
      of.resource.status.failedChecks = 2
  })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/2 60/40')
  expect(world.log.events).toContain(`W The rollback of checkout.shop waits: ${why}`)
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('a primary beyond its deadline without a pod gets nobody, and the rollback follows', () => {
  const world = after(1)
  world.brokenPrimary = ['blue']
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  world.brokenPrimary = []
  annotate(world, 'abort')
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

/** The way back where no pod of the primary is ready, and the canary's are. */
import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
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

test('a primary beyond its deadline without a pod holds no run whose promotion mends it', () => {
  const world = after(1)
  world.brokenPrimary = ['blue']
  world.failing = 'err 100.00 > 50'
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/1 60/40')
  world.failing = undefined
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/1 100/0')
  expect(world.primary?.revision).toBe('green')
  expect(Math.min(...world.log.routes.slice(0, -1).map(({ canary }) => canary))).toBeGreaterThan(0)
})

const idlePhases = ['Initialized', 'Succeeded', 'Failed', 'Waiting'] as const

/** Its primary serves nobody for good, and a mended version comes. */
function deadIn(phase: (typeof idlePhases)[number], more: Partial<World> = {}): World {
  const world = worldIn(phase)
  const { primary } = world
  Object.assign(world, { brokenPrimary: [primary?.revision], failing: undefined, closed: [] }, more)
  advance(world, 60 * 60_000)
  world.log.asked = []
  return world
}

test.each(idlePhases)(
  '%s: a fix has its checks, and heals a primary that serves nobody',
  (phase) => {
    const world = deadIn(phase)
    deploy(world, 'red')
    advance(world, 10 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
    expect(world.primary?.revision).toBe('red')
    expect(world.log.asked).toContain('metrics')
    const told = world.log.events.filter((text) => text.includes('without a primary that serves'))
    expect(told.length).toBeGreaterThan(0)
  },
)

test('a fix that fails its checks keeps the users it has, and says what its rollback waits for', () => {
  const world = deadIn('Succeeded')
  deploy(world, 'red')
  advance(world, 60_000)
  world.failing = 'err 100.00 > 50'
  advance(world, 10 * 60_000)
  expect(row(world)).toMatch(/^Progressing 40\/0\/\d 60\/40$/)
  expect(world.log.events.join()).toContain('The rollback of checkout.shop waits')
  world.brokenPrimary = []
  change(world, () => {})
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('who promotes a fix in full does not wait for the primary that it mends', () => {
  const world = deadIn('Succeeded')
  deploy(world, 'red')
  world.log.asked = []
  annotate(world, 'promote', { mode: 'full' })
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.asked).toEqual([])
})

test.each(['skip-analysis', 'retry', 'restart'])(
  '%s is carried out over a dead primary',
  (verb) => {
    const world = deadIn('Failed')
    annotate(world, verb)
    advance(world, 10 * 60_000)
    expect(world.primary?.revision).toBe(verb === 'skip-analysis' ? 'blue' : 'green')
  },
)

test('without analysis a run waits for no primary, as with Flagger: the copy mends it', () => {
  // Some of its pods are ready, and one never will be.
  const partly = { state: 'waiting', why: '1 of 2 updated replicas are available' } as const
  const seen = observation({
    canary: {
      spec: { skipAnalysis: true },
      status: { phase: 'Succeeded', lastAppliedSpec: 'v2:blue' },
    },
    workload: { revision: 'v2:green', promoted: false, primary: partly },
  })
  expect(effectsOf(decide(seen, {}))).toContainEqual({ kind: 'scale', to: 'full' })
})

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
  hooksOf,
  idleWorld,
  row,
  statusOf,
  type World,
  type WorldOptions,
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

/** A run at 40 % whose primary dies for good. */
function deadInARun(options: WorldOptions = {}): World {
  const world = idleWorld(options)
  deploy(world, 'green')
  advance(world)
  Object.assign(world, { brokenPrimary: [world.primary?.revision] })
  change(world, () => {})
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  world.log.routes = []
  return world
}

test('a revision that comes while the primary is dead has its run, and no user is led to nobody', () => {
  const world = deadInARun({ analysis: { webhooks: hooksOf('pre-rollout') } })
  deploy(world, 'red')
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(statusOf(world).canaryAnalysis).toMatchObject({ weight: 40, keptWeight: 40 })
  expect(statusOf(world).history?.[0]).toMatchObject({ result: 'Restarted' })
  world.log.asked = []
  advance(world, 10 * 60_000)
  const rounds = ['metrics', 'metrics', 'metrics']
  expect(world.log.asked).toEqual(['hooks:pre-rollout', ...rounds])
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe('red')
  expect(world.log.routes.map(({ canary }) => canary)).toEqual([60, 0])
})

test('it waits where the target is back at what is dead, or only its configuration is new', () => {
  const back = deadInARun()
  deploy(back, 'blue')
  advance(back, 10 * 60_000)
  expect(row(back)).toBe('Progressing 40/0/0 60/40')
  expect(back.log.events.join()).toContain('The rollback of checkout.shop waits')

  const configured = deadInARun({ configs: { a: '1' } })
  change(configured, (of) => {
    of.configs = { a: '2' }
  })
  advance(configured, 10 * 60_000)
  expect(row(configured)).toBe('Progressing 40/0/0 60/40')
})

test('a revision that fails over a dead primary keeps what it has, and the next one has its run', () => {
  const world = deadInARun()
  world.failing = 'err 100.00 > 50'
  deploy(world, 'red')
  advance(world, 10 * 60_000)
  expect(row(world)).toMatch(/^Progressing 40\/0\/\d 60\/40$/)
  world.failing = undefined
  deploy(world, 'yellow')
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe('yellow')
})

test('a primary that comes back in such a run gets no user back before the run says so', () => {
  const world = deadInARun()
  deploy(world, 'red')
  world.brokenPrimary = []
  world.failing = 'err 100.00 > 50'
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test.each([
  ['an A/B test', { iterations: 3, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] }, 1],
  ['a blue/green run', { iterations: 2 }, 2],
])('%s whose users stay makes all its checks again', (_what, analysis, minutes) => {
  const world = idleWorld({ analysis: { stepWeight: 0, maxWeight: 0, ...analysis } })
  deploy(world, 'green')
  advance(world, minutes * 60_000)
  expect(world.routes?.canary).toBe(100)
  Object.assign(world, { brokenPrimary: ['blue'] })
  change(world, () => {})
  world.log = { ...world.log, routes: [], asked: [] }
  deploy(world, 'red')
  expect(statusOf(world)).toMatchObject({ phase: 'Progressing', iterations: 0 })
  advance(world, 20 * 60_000)
  expect(world.primary?.revision).toBe('red')
  expect(world.log.asked.filter((what) => what === 'metrics').length).toBeGreaterThan(2)
  expect(world.log.routes.slice(0, -1).every(({ canary }) => canary === 100)).toBe(true)
})

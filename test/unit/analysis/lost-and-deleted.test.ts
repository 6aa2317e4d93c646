/** Canaries that are deleted, scaled to zero or edited by others while a run is under way. */
import { expect, test } from 'vitest'
import {
  advance,
  annotate,
  change,
  deploy,
  hooksOf,
  idleWorld,
  look,
  row,
  rowAndEvents,
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

test('a process that dies between the copy and its record does not blame the old revision', () => {
  const world = idleWorld({ brokenPrimary: ['green'] })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  world.now = new Date(world.now.getTime() + 60_000)
  for (let effects = 1; world.primary?.revision !== 'green'; effects++) {
    world.effectsLeft = effects
    look(world)
  }
  expect(statusOf(world).phase).toBe('Progressing')
  settle(world)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
})

test('a routing object deleted during a run comes back with its weights', () => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world, 60_000)
  change(world, (broken) => {
    broken.routes = undefined
  })
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  advance(world, 59_999)
  world.routes = undefined
  advance(world, 1)
  expect(row(world)).toBe('Progressing 60/0/0 40/60')
})

test('weights that somebody wrote into the routes of an idle canary are put right', () => {
  const world = idleWorld()
  change(world, (edited) => {
    edited.routes = { primary: 30, canary: 70, mirrored: false }
  })
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test('routes that can not be read hold the run where it is, and count nothing', () => {
  const world = idleWorld()
  deploy(world, 'green')
  rowAndEvents(world)
  change(world, (edited) => {
    edited.unreadable = 'HTTPRoute checkout.shop parent gateway is not ready'
  })
  advance(world, 5 * 60_000)
  expect(rowAndEvents(world)).toEqual([
    'Progressing 20/0/0 80/20',
    'W HTTPRoute checkout.shop parent gateway is not ready',
  ])
  change(world, (edited) => {
    edited.unreadable = undefined
  })
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('an edited interval counts at once', () => {
  const world = idleWorld({ analysis: { interval: '1h' } })
  deploy(world, 'green')
  advance(world, 120_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  change(world, ({ resource }) => {
    if (resource) resource.spec.analysis = { ...resource.spec.analysis, interval: '3m' }
  })
  advance(world, 59_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  advance(world, 1_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('fewer iterations than were made already lead to the switch, and to the end', () => {
  const world = idleWorld({ analysis: { iterations: 5 } })
  deploy(world, 'green')
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Progressing 0/4/0 100/0')
  change(world, ({ resource }) => {
    if (resource) resource.spec.analysis = { ...resource.spec.analysis, iterations: 2 }
  })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 0/5/0 0/100')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('a canary that is not ready is asked for its rollback hook all the same', () => {
  const world = idleWorld({ startupMs: 30_000, analysis: { webhooks: hooksOf('rollback') } })
  world.opened = ['rollback']
  deploy(world, 'green')
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

function deletable(startupMs = 0): World {
  const world = idleWorld({ spec: { revertOnDeletion: true }, startupMs })
  expect(world.resource?.metadata).toMatchObject({ finalizers: ['finalizer.flagger.app'] })
  return world
}

function remove(world: World): void {
  change(world, ({ resource, now }) => {
    if (resource) Object.assign(resource.metadata, { deletionTimestamp: now.toISOString() })
  })
}

test('a deleted canary hands the target back before it goes', () => {
  const world = deletable(30_000)
  world.log.events = []
  remove(world)
  expect(row(world)).toBe('Terminating 0/0/0 100/0')
  expect(world.target.replicas).toBe(2)
  expect(world.autoscalerHeld).toBe(false)
  advance(world, 30_000)
  expect(world.resource).toBeUndefined()
  expect(world.routes).toBeUndefined()
  expect(world.log.events.at(0)).toBe('N Terminating canary checkout.shop')
  expect(world.log.events.at(-1)).toBe('N Terminated canary checkout.shop')
})

test('a deleted canary whose workloads are scaled to zero still goes', () => {
  const world = deletable()
  if (world.primary) world.primary.replicas = 0
  remove(world)
  expect(world.resource).toBeUndefined()
})

test('the finalizer follows revertOnDeletion', () => {
  const world = deletable()
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, revertOnDeletion: false } as never
  })
  expect(world.resource?.metadata).toMatchObject({ finalizers: [] })
})

test('a canary that somebody scales to zero during a run gets its pods back first', () => {
  const world = idleWorld({ startupMs: 30_000 })
  deploy(world, 'green')
  advance(world, 30_000)
  change(world, ({ target }) => {
    target.replicas = 0
  })
  expect(world.target.replicas).toBe(2)
  expect(world.log.events).toContain('W checkout.shop has no pods, scaling it up again')
  world.target.readyAt = new Date(world.now.getTime() + 90_000)
  advance(world, 89_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  advance(world, 1_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('an autoscaler that scales to zero may keep the canary there', () => {
  const sizing = { smallest: 1, mayRest: { target: true, primary: false } }
  const world = idleWorld({ sizing })
  deploy(world, 'green')
  change(world, ({ target }) => {
    target.replicas = 0
  })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('no traffic goes to a canary without pods when the primary breaks at the last moment', () => {
  const world = idleWorld({ startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 3 * 60_000 + 10_000)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  world.target.replicas = 0
  world.brokenPrimary = ['green']
  change(world, () => {})
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  advance(world, 10_000)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  expect(world.target.replicas).toBe(2)
})

test('a canary that fails is rolled back also while its Services can not be written', () => {
  const world = idleWorld()
  deploy(world, 'green')
  Object.assign(world, { serviceTrouble: true, failing: 'err 100.00 > 50' })
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('a canary that passes goes no further while its Services can not be written', () => {
  const world = idleWorld()
  deploy(world, 'green')
  world.serviceTrouble = true
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  annotate(world, 'abort')
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test('an abort is refused where there is no primary to go back to', () => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world, 60_000)
  change(world, (damaged) => {
    damaged.primary = undefined
  })
  annotate(world, 'abort')
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(statusOf(world).requests?.abort?.result).toBe('rejected')
})

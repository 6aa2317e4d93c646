import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Phase } from '../../../src/canary/api.gen.ts'
import { noon, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
  hooksOf,
  idleWorld,
  newWorld,
  row,
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

/** A world in this phase; `green` is under way in all but the idle ones. */
function worldIn(phase: Phase): World {
  switch (phase) {
    case 'Initializing': {
      const world = newWorld({ startupMs: 30_000 })
      settle(world)
      return world
    }
    case 'Initialized':
      return idleWorld()
    case 'Waiting':
      return gated('confirm-rollout', 0)
    case 'WaitingPromotion':
      return gated('confirm-promotion', 3)
    case 'Progressing':
      return after(0)
    case 'Promoting':
      return after(3, 600_000)
    case 'Finalising':
      return after(3)
    case 'Succeeded':
      return after(5)
    default: {
      const world = after(0)
      world.failing = 'err 100.00 > 50'
      advance(world, 2 * 60_000)
      return world
    }
  }
}

function gated(type: 'confirm-rollout' | 'confirm-promotion', minutes: number): World {
  const world = idleWorld({ analysis: { webhooks: hooksOf(type) }, closed: [type] })
  deploy(world, 'green')
  advance(world, minutes * 60_000)
  return world
}

function after(minutes: number, startupMs = 0): World {
  const world = idleWorld()
  deploy(world, 'green')
  world.startupMs = startupMs
  advance(world, minutes * 60_000)
  return world
}

/** The result of a request in this world, and the phase it led to. */
function asked(world: World, verb: string, value: string | object = 'true') {
  annotate(world, verb, value)
  return `${statusOf(world).requests?.[verb]?.result} ${statusOf(world).phase}`
}

const phases: Phase[] = [
  'Initializing',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
]

describe.each([
  [
    'abort',
    [
      'rejected Initializing',
      'rejected Initialized',
      'done Failed',
      'done Failed',
      'done Failed',
      'rejected Promoting',
      'rejected Finalising',
      'rejected Succeeded',
      'unchanged Failed',
    ],
  ],
  [
    'retry',
    [
      'rejected Initializing',
      'rejected Initialized',
      'rejected Waiting',
      'rejected Progressing',
      'rejected WaitingPromotion',
      'rejected Promoting',
      'rejected Finalising',
      'rejected Succeeded',
      'done Progressing',
    ],
  ],
  [
    'restart',
    [
      'rejected Initializing',
      'done Progressing',
      'done Progressing',
      'done Progressing',
      'done Progressing',
      'rejected Promoting',
      'rejected Finalising',
      'done Progressing',
      'done Progressing',
    ],
  ],
  [
    'promote',
    [
      'rejected Initializing',
      'unchanged Initialized',
      'done Progressing',
      'done Finalising',
      'done Finalising',
      'unchanged Promoting',
      'unchanged Finalising',
      'unchanged Succeeded',
      'rejected Failed',
    ],
  ],
  [
    'reset',
    [
      'undefined Initializing',
      'done Initialized',
      'done Waiting',
      'done Progressing',
      'done Progressing',
      'rejected Promoting',
      'rejected Finalising',
      'done Initialized',
      'done Progressing',
    ],
  ],
  [
    'pause',
    [
      'accepted Initializing',
      'accepted Initialized',
      'accepted Waiting',
      'accepted Progressing',
      'accepted WaitingPromotion',
      'accepted Promoting',
      'accepted Finalising',
      'accepted Succeeded',
      'accepted Failed',
    ],
  ],
  [
    'skip-analysis',
    [
      'accepted Initializing',
      'accepted Initialized',
      'accepted Waiting',
      'done Succeeded',
      'done Succeeded',
      'accepted Promoting',
      'accepted Finalising',
      'accepted Succeeded',
      'accepted Failed',
    ],
  ],
])('%s by plain true', (verb, outcomes) => {
  test.each(phases.map((phase, index) => [phase, outcomes[index]]))('in %s: %s', (phase, want) => {
    const world = worldIn(phase as Phase)
    expect(statusOf(world).phase).toBe(phase)
    expect(asked(world, verb)).toBe(want)
    const stays = ['pause', 'skip-analysis'].includes(verb) && want?.startsWith('accepted')
    const waits = want === 'undefined Initializing'
    expect(annotationsOf(world)).toEqual(stays || waits ? [`flagger.app/${verb}`] : [])
  })
})

test.each([
  [
    'abort',
    'Promoting',
    'promotion has begun; to go back, put the earlier version into the target',
  ],
  ['promote', 'Failed', 'the run has failed; push a fix, or ask for reset or retry'],
] as const)('%s in %s is refused with what there is to do', (verb, phase, message) => {
  const world = worldIn(phase)
  asked(world, verb)
  expect(statusOf(world).requests?.[verb]).toMatchObject({ result: 'rejected', message })
})

describe.each([
  [
    { mode: 'gate' },
    [
      'rejected Initializing',
      'unchanged Initialized',
      'done Progressing',
      'rejected Progressing',
      'done Finalising',
      'unchanged Promoting',
      'unchanged Finalising',
      'unchanged Succeeded',
      'rejected Failed',
    ],
  ],
  [
    { mode: 'full' },
    [
      'rejected Initializing',
      'rejected Initialized',
      'done Finalising',
      'done Finalising',
      'done Finalising',
      'unchanged Promoting',
      'unchanged Finalising',
      'rejected Succeeded',
      'rejected Failed',
    ],
  ],
  [
    { mode: 'step' },
    [
      'rejected Initializing',
      'rejected Initialized',
      'rejected Waiting',
      'done Progressing',
      'rejected WaitingPromotion',
      'rejected Promoting',
      'rejected Finalising',
      'rejected Succeeded',
      'rejected Failed',
    ],
  ],
])('promote with %j', (fields, outcomes) => {
  test.each(phases.map((phase, index) => [phase, outcomes[index]]))('in %s: %s', (phase, want) => {
    const world = worldIn(phase as Phase)
    expect(asked(world, 'promote', fields)).toBe(want)
    expect(annotationsOf(world)).toEqual([])
  })
})

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

test('a pause holds traffic and checks until its annotation is removed', () => {
  const world = after(1)
  annotate(world, 'pause', { by: 'jane', reason: 'database team' })
  world.log.asked = []
  world.failing = 'err 100.00 > 50'
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(world.log.asked).toEqual([])
  expect(statusOf(world).canaryAnalysis?.paused).toMatchObject({ by: 'jane' })

  world.failing = undefined
  change(world, ({ resource }) => {
    if (resource) resource.metadata.annotations = {}
  })
  expect(row(world)).toBe('Progressing 60/0/0 40/60')
  expect(world.log.events).toContain('N Resumed')
  expect(statusOf(world).canaryAnalysis).not.toHaveProperty('paused')
})

test.each([
  ['during a run', 1],
  ['while idle', 0],
])('a pause with an end is over by itself %s', (_when, minutes) => {
  const world = minutes > 0 ? after(minutes) : idleWorld()
  const until = new Date(world.now.getTime() + 30 * 60_000).toISOString()
  annotate(world, 'pause', { until })
  if (minutes === 0) deploy(world, 'green')
  const held = row(world)
  advance(world, 29 * 60_000)
  expect(row(world)).toBe(held)
  advance(world, 60_000)
  expect(row(world)).not.toBe(held)
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).requests?.pause?.result).toBe('done')
})

test('nothing is planned for the end of a pause that is over', () => {
  const until = new Date(noon.getTime() - 60_000).toISOString()
  const annotations = { 'flagger.app/pause': JSON.stringify({ until }) }
  const decision = decide(observation({ canary: { annotations } }), {})
  const { wakeAt } = decision.kind === 'act' ? decision : {}
  expect(wakeAt === undefined || wakeAt > noon).toBe(true)
})

test('an idle canary that is paused starts no run, and does when it is resumed', () => {
  const world = idleWorld()
  annotate(world, 'pause')
  deploy(world, 'green')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
  expect(world.log.events).toContain('N checkout.shop is paused')
  change(world, ({ resource }) => {
    if (resource) resource.metadata.annotations = {}
  })
  expect(statusOf(world).phase).toBe('Progressing')
})

test('a pause outlives the end of the run, and can be lifted and set again', () => {
  const world = after(3)
  annotate(world, 'pause')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  for (const _ of [1, 2]) {
    change(world, ({ resource }) => {
      if (resource) resource.metadata.annotations = {}
    })
    expect(statusOf(world).requests?.pause?.result).toBe('done')
    expect(asked(world, 'pause')).toBe('accepted Succeeded')
    expect(statusOf(world).canaryAnalysis?.paused).toBeDefined()
  }
})

test('a paused canary still meets its deadline', () => {
  const world = idleWorld({ startupMs: 30_000, broken: ['green'] })
  deploy(world, 'green')
  annotate(world, 'pause')
  advance(world)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
})

test.each([
  [{}, 'Progressing 40/0/0 60/40'],
  [{ mode: 'gate' }, 'Progressing 40/0/0 60/40'],
])('to promote what is paused, with %j, is to resume it', (fields, want) => {
  const world = after(0)
  annotate(world, 'pause')
  advance(world)
  annotate(world, 'promote', fields)
  expect(row(world)).toBe(want)
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).requests?.promote).toMatchObject({ result: 'done', message: 'resumed' })
})

test('a step while paused moves on, and stays paused', () => {
  const world = after(0)
  annotate(world, 'pause')
  annotate(world, 'promote', { mode: 'step' })
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(annotationsOf(world)).toEqual(['flagger.app/pause'])
})

test.each([
  [{ mode: 'step', steps: 2 }, 'Progressing 60/0/0 40/60'],
  [{ mode: 'step', steps: 1e15 }, 'Progressing 60/0/0 40/60'],
  [{ mode: 'weight', weight: 45 }, 'Progressing 45/0/0 55/45'],
  [{ mode: 'weight', weight: 50 }, 'Progressing 50/0/0 50/50'],
])('promote with %j moves at once, without checks', (fields, want) => {
  const world = after(0)
  world.log.asked = []
  annotate(world, 'promote', fields)
  expect(row(world)).toBe(want)
  expect(world.log.asked).toEqual([])
  advance(world, 59_000)
  expect(row(world)).toBe(want)
})

test.each([
  { mode: 'weight', weight: 20 },
  { mode: 'weight', weight: 51 },
  { mode: 'weight', weight: 30.5 },
  { mode: 'weight' },
  { mode: 'step', steps: 0 },
  { mode: 'step', steps: -1 },
  { mode: 'step', steps: 1.5 },
])('promote with %j is refused, and nothing moves', (fields) => {
  const world = after(0)
  expect(asked(world, 'promote', fields)).toBe('rejected Progressing')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
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

test('a skip serves one run, and only one', () => {
  const world = idleWorld()
  annotate(world, 'skip-analysis', { id: 'k1', by: 'jane' })
  deploy(world, 'green')
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual([])
  expect(statusOf(world).requests?.['skip-analysis']).toMatchObject({ id: 'k1', result: 'done' })
  expect(statusOf(world).history?.[0]).toMatchObject({ result: 'Skipped' })
  advance(world, 2_000)
  deploy(world, 'red')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test('a skip that is taken back is forgotten, and the next run is checked', () => {
  const world = idleWorld()
  annotate(world, 'skip-analysis', { id: 'k1', by: 'jane' })
  expect(statusOf(world).requests?.['skip-analysis']?.result).toBe('accepted')
  change(world, ({ resource }) => {
    if (resource) resource.metadata.annotations = {}
  })
  expect(statusOf(world).requests?.['skip-analysis']).toBeUndefined()
  expect(world.log.events).toContain('N The analysis is skipped no longer')
  deploy(world, 'green')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test.each([
  ['is rolled back', (world: World) => (world.broken = ['green'])],
  ['is aborted', (world: World) => annotate(world, 'abort')],
  ['is ended by its target', (world: World) => deploy(world, 'blue')],
])('a skip does not outlive a run that %s', (_how, end) => {
  const world = idleWorld({ startupMs: 30_000 })
  deploy(world, 'green')
  annotate(world, 'skip-analysis')
  end(world)
  advance(world, 5 * 60_000)
  expect(annotationsOf(world)).toEqual([])
  world.log.asked = []
  deploy(world, 'red')
  advance(world, 5 * 60_000)
  expect(world.log.asked).toContain('metrics')
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

test('a pause that is in force holds the next revision as well', () => {
  const world = after(1)
  annotate(world, 'pause', { id: 'p', revision: 'green' })
  deploy(world, 'red')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual(['flagger.app/pause'])
})

test('a skip for one revision is not used for another', () => {
  const world = idleWorld()
  annotate(world, 'skip-analysis', { id: 'k', revision: 'blue' })
  deploy(world, 'green')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  expect(statusOf(world).requests?.['skip-analysis']?.result).toBe('rejected')
})

test.each([
  ['promote', 'expired Progressing'],
  ['restart', 'expired Progressing'],
  ['abort', 'done Failed'],
])('a %s that waited for the controller too long is %s', (verb, want) => {
  const world = after(0)
  world.startedAt = new Date(world.now.getTime() + 6 * 60_000)
  world.now = world.startedAt
  const at = new Date(world.now.getTime() - 6 * 60_000).toISOString()
  world.lastStepAt = world.now
  expect(asked(world, verb, { at, id: 'late', mode: 'full' })).toBe(want)
})

test('a value that cannot be read is answered and taken away', () => {
  const world = after(0)
  expect(asked(world, 'abort', 'now!')).toBe('rejected Progressing')
  expect(annotationsOf(world)).toEqual([])
})

test('nothing is carried out for a suspended canary but a pause is noted', () => {
  const world = after(0)
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, suspend: true } as typeof resource.spec
  })
  expect(asked(world, 'abort')).toBe('rejected Progressing')
  expect(asked(world, 'pause')).toBe('accepted Progressing')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
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

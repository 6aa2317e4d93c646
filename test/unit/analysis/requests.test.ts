import { describe, expect, test } from 'vitest'
import type { Phase } from '../../../src/canary/api.gen.ts'
import {
  advance,
  annotate,
  annotationsOf,
  deploy,
  idleWorld,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'
import { after, asked, worldIn } from './asked.ts'

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

/** What stands until somebody takes it away, or a run has used it up: a pause, and a skip. */
import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { noon, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
  idleWorld,
  row,
  statusOf,
} from '../../support/world.ts'
import { after, asked } from './asked.ts'

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

test('nothing is carried out for a suspended canary but a pause is noted', () => {
  const world = after(0)
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, suspend: true } as typeof resource.spec
  })
  expect(asked(world, 'abort')).toBe('rejected Progressing')
  expect(asked(world, 'pause')).toBe('accepted Progressing')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test.each([
  ['during a run', 1],
  ['while idle', 0],
])(
  'an order for later waits until its time has come %s, and holds nothing up',
  (_when, minutes) => {
    const world = minutes > 0 ? after(minutes) : idleWorld()
    const from = new Date(world.now.getTime() + 90_000).toISOString()
    const before = row(world)
    annotate(world, 'restart', { id: 'r1', from })
    expect(row(world)).toBe(before)
    expect(annotationsOf(world)).toEqual(['flagger.app/restart'])
    expect(statusOf(world).requests?.restart).toMatchObject({
      ...{ id: 'r1', result: 'accepted', message: `waiting: until ${from}` },
    })
    const answers = () => world.log.events.filter((text) => text.includes('Request restart'))
    expect(answers()).toHaveLength(1)

    advance(world, 85_000)
    if (minutes > 0) expect(row(world)).not.toBe(before)
    expect(statusOf(world).requests?.restart?.result).toBe('accepted')
    advance(world, 6_000)
    expect(row(world)).toBe('Progressing 20/0/0 80/20')
    expect(annotationsOf(world)).toEqual([])
    expect(statusOf(world).requests?.restart?.result).toBe('done')
    expect(answers()).toHaveLength(2)
  },
)

test('who ends a run ends what was to begin it again later, too', () => {
  const world = after(1)
  const from = new Date(world.now.getTime() + 90_000).toISOString()
  annotate(world, 'restart', { id: 'r1', from })
  annotate(world, 'abort')
  expect(row(world)).toContain('Failed')
  expect(statusOf(world).requests?.restart).toMatchObject({ id: 'r1', result: 'superseded' })
  advance(world, 5 * 60_000)
  expect(row(world)).toContain('Failed')
})

test('an order for later is not too old while it waits', () => {
  const at = new Date(noon.getTime() - 60 * 60_000).toISOString()
  const given = (from: Date) => {
    const fields = { id: 'r1', at, from: from.toISOString() }
    const annotations = { 'flagger.app/restart': JSON.stringify(fields) }
    const decision = decide(observation({ canary: { annotations } }), {})
    return JSON.stringify(decision.kind === 'act' ? decision.effects : decision)
  }
  expect(given(new Date(noon.getTime() + 60_000))).toContain('accepted')
  expect(given(new Date(noon.getTime() - 50 * 60_000))).toContain('expired')
})

import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, type ObservationOverrides, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  change,
  deploy,
  idleWorld,
  row,
  rowAndEvents,
  statusOf,
  type World,
} from '../../support/world.ts'
import { tick } from './gates/ticks.ts'

/** `green` is promoted without analysis, and the primary's pods are starting. */
function copying(): World {
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  advance(world, 30_000)
  expect(world.primary?.revision).toBe('green')
  expect(statusOf(world).phase).toBe('Progressing')
  return world
}

test.each(['red', 'blue'])('a revision %s that comes after the copy has its own run', (next) => {
  const world = copying()
  deploy(world, next)
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe(next)
  expect(statusOf(world)).toMatchObject({ lastPromotedSpec: `v2:${next}` })
})

test('a target that goes from the copy over another revision back to the first is promoted', () => {
  const world = copying()
  deploy(world, 'red')
  deploy(world, 'blue')
  advance(world, 5 * 60_000)
  expect(world.primary?.revision).toBe('blue')
})

test('a target that goes back after a copy that was not noted has its own run', () => {
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  world.effectsLeft = 1
  advance(world, 30_000)
  expect(world.primary?.revision).toBe('green')
  deploy(world, 'blue')
  advance(world, 5 * 60_000)
  expect(world.primary?.revision).toBe('blue')
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('a target that goes back after a failed promotion was tried again has its own run', () => {
  const world = idleWorld({ brokenPrimary: ['green'] })
  deploy(world, 'green')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  world.brokenPrimary = []
  annotate(world, 'retry')
  expect(statusOf(world).phase).toBe('Progressing')
  deploy(world, 'blue')
  advance(world, 10 * 60_000)
  expect(world.primary?.revision).toBe('blue')
})

test('an abort after the copy is refused, as in Promoting', () => {
  const world = copying()
  annotate(world, 'abort')
  expect(statusOf(world).requests?.abort).toMatchObject({ result: 'rejected' })
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('an abort before the copy ends the run', () => {
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  annotate(world, 'abort')
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(world.primary?.revision).toBe('blue')
})

const after = (workload: NonNullable<ObservationOverrides['workload']>) =>
  effectsOf(
    decide(
      observation({
        canary: {
          spec: { skipAnalysis: true },
          status: {
            phase: 'Progressing',
            lastAppliedSpec: 'v2:green',
            lastPromotedSpec: 'v2:green',
            canaryAnalysis: { runId: 1 },
          },
        },
        workload: { revision: 'v2:green', primaryRevision: 'v2:green', ...workload },
      }),
      {},
    ),
  )

test.each<[string, NonNullable<ObservationOverrides['workload']>]>([
  ['a canary that breaks', { target: { state: 'failed', why: 'stuck' }, targetReplicas: 2 }],
  ['a canary without pods', { targetReplicas: 0 }],
  ['an admission webhook that changed the primary', { promoted: false, targetReplicas: 2 }],
])('after the copy, %s keeps no promotion from its end', (_what, workload) => {
  const effects = after(workload)
  expect(effects.map(({ kind }) => kind)).not.toContain('promote')
  expect(effects).toContainEqual({ kind: 'finished', result: 'skipped' })
  // As event hooks are told: hooks after a success speak of the success.
  expect(effects).toContainEqual({
    kind: 'call',
    type: 'post-rollout',
    phase: 'Succeeded',
    eventPhase: 'Succeeded',
  })
})

const copiedByWebhook = { promoted: false, targetReplicas: 2 } as const

test('after a copy that an admission webhook changed, a primary that breaks leaves users on the canary', () => {
  const effects = after({ ...copiedByWebhook, primary: { state: 'failed', why: 'stuck' } })
  expect(effects).toContainEqual({
    kind: 'route',
    routes: { primary: 0, canary: 100, mirrored: false, everybody: true },
  })
  expect(effects.map(({ kind }) => kind)).not.toContain('scale')
})

test('a copy of nothing but configuration is noted too, whatever an admission webhook made of it', () => {
  const status = {
    phase: 'Progressing',
    lastAppliedSpec: 'v2:blue',
    lastPromotedSpec: 'v2:blue',
    trackedConfigs: { 'configmap/env': 'new' },
    canaryAnalysis: { runId: 1 },
  } as const
  const kindsAfter = (promoted: string) =>
    effectsOf(
      decide(
        observation({
          canary: {
            spec: { skipAnalysis: true },
            status: { ...status, promotedConfigs: { 'configmap/env': promoted } },
          },
          workload: { ...copiedByWebhook, configs: { 'configmap/env': 'new' } },
        }),
        {},
      ),
    )
  expect(kindsAfter('old')).toContainEqual({
    kind: 'status',
    change: expect.objectContaining({
      lastPromotedSpec: 'v2:blue',
      promotedConfigs: { 'configmap/env': 'new' },
    }),
  })
  expect(kindsAfter('new').map(({ kind }) => kind)).not.toContain('promote')
})

test('an edit that skips the analysis and takes it away promotes; it starts nothing anew', () => {
  const effects = effectsOf(
    decide(
      observation({
        canary: {
          spec: { skipAnalysis: true },
          analysis: { iterations: 2 },
          status: {
            phase: 'Progressing',
            lastAppliedSpec: 'v2:green',
            lastPromotedSpec: 'v2:blue',
            canaryAnalysis: { runId: 1, strategy: 'canary', weight: 20 },
          },
        },
        routes: { primary: 80, canary: 20, mirrored: false },
        workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
      }),
      {},
    ),
  )
  expect(effects).toContainEqual({ kind: 'promote' })
  expect(effects.filter(({ kind }) => kind === 'event')).toHaveLength(1)
})

test('a copy is a step of the run, from which the deadline of its primary counts', () => {
  const moved = (world: World) => statusOf(world).lastTransitionTime
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  const begun = moved(world)
  advance(world, 30_000)
  expect(world.primary?.revision).toBe('green')
  expect(Date.parse(moved(world) ?? '')).toBeGreaterThan(Date.parse(begun ?? ''))
})

test('skipAnalysis promotes once the canary is ready, and waits for the primary', () => {
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/0/0 100/0')
  const [first, ...events] = tick(world, 30_000)
  expect(first).toBe('Progressing 0/0/0 100/0')
  expect(events[0]).toBe('N Copying checkout.shop template spec to checkout-primary.shop')
  expect(tick(world, 30_000)).toEqual([
    'Succeeded 0/0/0 100/0',
    'N Promotion completed! Canary analysis was skipped for checkout.shop',
    'alert info Canary analysis was skipped, promotion finished.',
  ])
  expect(world.log.asked).toEqual([])
  expect(world.primary?.revision).toBe('green')
})

test('skipAnalysis set during a run brings the traffic back and promotes', () => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, skipAnalysis: true } as typeof resource.spec
  })
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('a primary that breaks when the analysis is skipped leaves the canary serving', () => {
  const world = idleWorld({ spec: { skipAnalysis: true }, brokenPrimary: ['green'] })
  deploy(world, 'green')
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  expect(world.target.replicas).toBeGreaterThan(0)
})

import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { CanaryStatus, Phase } from '../../../src/canary/api.gen.ts'
import { effectsOf, noon, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  deploy,
  hooksOf,
  idleWorld,
  row,
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

/** A canary as Flagger leaves it, found by a controller that has just started. */
function foreign(
  phase: Phase,
  { target = 'blue', primary = 'blue', ...status }: CanaryStatus & Record<string, unknown> = {},
): World {
  const world = idleWorld()
  const running = ['Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'].includes(phase)
  world.target = { revision: String(target), configs: undefined, replicas: 0, readyAt: noon }
  if (running || status.canaryWeight === 100) world.target.replicas = 2
  if (world.primary) world.primary.revision = String(primary)
  world.lastStepAt = undefined
  if (world.resource)
    Object.assign(world.resource, {
      status: {
        phase,
        canaryWeight: 0,
        iterations: 0,
        failedChecks: 0,
        lastAppliedSpec: '5454fdb769',
        lastPromotedSpec: '5454fdb769',
        lastTransitionTime: new Date(world.now.getTime() - 60_000).toISOString(),
        conditions: [],
        ...status,
      },
    })
  return world
}

describe("a canary of Flagger's", () => {
  test.each(['Initialized', 'Succeeded', 'Failed'] as const)('in %s starts no run', (phase) => {
    const world = foreign(phase)
    settle(world)
    advance(world, 10 * 60_000)
    // Failed, with the target back at what the primary runs, is well again.
    expect(row(world)).toBe(`${phase === 'Failed' ? 'Initialized' : phase} 0/0/0 100/0`)
    expect(world.log.phases).not.toContain('Progressing')
    expect(statusOf(world)).toMatchObject({
      lastAppliedSpec: 'v2:blue',
      lastPromotedSpec: 'v2:blue',
    })
  })

  test('that failed does not try the failed revision again, and knows the way back', () => {
    const world = foreign('Failed', { target: 'green' })
    settle(world)
    advance(world, 10 * 60_000)
    expect(row(world)).toBe('Failed 0/0/0 100/0')
    deploy(world, 'blue')
    expect(row(world)).toBe('Initialized 0/0/0 100/0')
  })

  test('whose promotion failed keeps serving from the canary, until the next revision', () => {
    const world = foreign('Failed', { target: 'green', primary: 'green', canaryWeight: 100 })
    world.brokenPrimary = ['green']
    world.routes = { primary: 0, canary: 100, mirrored: false }
    settle(world)
    advance(world, 10 * 60_000)
    expect(row(world)).toBe('Failed 100/0/0 0/100')
    deploy(world, 'red')
    advance(world, 3 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  })

  test('that waits for approval goes on waiting', () => {
    const world = foreign('Waiting', { target: 'green' })
    if (world.resource) world.resource.spec.analysis.webhooks = hooksOf('confirm-rollout')
    world.closed = ['confirm-rollout']
    settle(world)
    advance(world, 5 * 60_000)
    expect(row(world)).toBe('Waiting 0/0/0 100/0')
    expect(statusOf(world).lastPromotedSpec).toBe('v2:blue')
    deploy(world, 'blue')
    expect(row(world)).toBe('Initialized 0/0/0 100/0')
  })

  test('in a run goes on from the weight it had', () => {
    const world = foreign('Progressing', { target: 'green', canaryWeight: 20 })
    world.routes = { primary: 80, canary: 20, mirrored: false }
    settle(world)
    expect(world.log.routes.every(({ canary }) => canary >= 20)).toBe(true)
    advance(world, 60_000)
    expect(row(world)).toBe('Progressing 60/0/0 40/60')
    advance(world, 3 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  })

  test('that waits for its promotion goes on waiting', () => {
    const world = foreign('WaitingPromotion', { target: 'green', iterations: -1 })
    if (world.resource) world.resource.spec.analysis.webhooks = hooksOf('confirm-promotion')
    world.closed = ['confirm-promotion']
    world.routes = { primary: 40, canary: 60, mirrored: false }
    settle(world)
    advance(world, 5 * 60_000)
    expect(row(world)).toBe('WaitingPromotion 0/-1/0 40/60')
  })

  test.each(['Promoting', 'Finalising'] as const)('in %s is finished', (phase) => {
    const world = foreign(phase, { target: 'green', primary: 'green', canaryWeight: 60 })
    world.routes = { primary: 40, canary: 60, mirrored: false }
    settle(world)
    advance(world, 3 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
    expect(world.log.phases).not.toContain('Progressing')
    expect(statusOf(world).lastPromotedSpec).toBe('v2:green')
  })

  test('can be aborted at once', () => {
    const world = foreign('Progressing', { target: 'green' })
    world.routes = { primary: 80, canary: 20, mirrored: false }
    annotate(world, 'abort')
    expect(row(world)).toBe('Failed 0/0/0 100/0')
    expect(statusOf(world)).toMatchObject({
      lastAppliedSpec: 'v2:green',
      lastPromotedSpec: 'v2:blue',
    })
  })

  test('whose target changed while no controller ran is a change', () => {
    const world = foreign('Succeeded', { target: 'green' })
    settle(world)
    expect(statusOf(world)).toMatchObject({ phase: 'Progressing', lastPromotedSpec: 'v2:blue' })
  })
})

describe("with Flagger's own definitions, which drop our fields,", () => {
  const pruned = { prunes: true } as const

  test('a run reaches its end', () => {
    const world = idleWorld(pruned)
    deploy(world, 'green')
    advance(world, 8 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
    expect(world.log.routes.map(({ canary }) => canary)).toEqual([20, 40, 60, 0])
  })

  test('checks keep their pace', () => {
    const world = idleWorld(pruned)
    deploy(world, 'green')
    for (let second = 0; second < 180; second++) {
      advance(world, 1_000)
      settle(world)
    }
    expect(world.log.asked.filter((key) => key === 'metrics').length).toBeLessThanOrEqual(3)
  })

  test('a failing run is rolled back', () => {
    const world = idleWorld(pruned)
    deploy(world, 'green')
    advance(world, 60_000)
    world.failing = 'err 100.00 > 50'
    advance(world, 5 * 60_000)
    expect(row(world)).toBe('Failed 0/0/0 100/0')
  })

  test('a configuration that failed stays failed', () => {
    const world = idleWorld({ ...pruned, configs: { 'configmap/a': 'one' } })
    world.failing = 'err 100.00 > 50'
    world.configs = { 'configmap/a': 'two' }
    settle(world)
    advance(world, 5 * 60_000)
    expect(row(world)).toBe('Failed 0/0/0 100/0')
    world.configs = { 'configmap/a': 'one' }
    settle(world)
    expect(statusOf(world).phase).toBe('Initialized')
  })

  test.each([
    ['abort', 'Failed'],
    ['skip-analysis', 'Succeeded'],
    ['promote', 'Finalising'],
    ['reset', 'Progressing'],
  ])('%s works, and its annotation goes', (verb, phase) => {
    const world = idleWorld(pruned)
    deploy(world, 'green')
    advance(world, 60_000)
    annotate(world, verb)
    expect(statusOf(world).phase).toBe(phase)
    expect(world.resource?.metadata.annotations).toEqual({})
  })

  test('a pause holds, and is not told again and again', () => {
    const world = idleWorld(pruned)
    deploy(world, 'green')
    advance(world, 60_000)
    world.log.events = []
    annotate(world, 'pause')
    const held = row(world)
    advance(world, 30 * 60_000)
    expect(row(world)).toBe(held)
    expect(world.log.events).toHaveLength(2)
  })
})

describe('configuration with binaryData, which Flagger does not count', () => {
  const seen = (status: CanaryStatus, originalConfigs: Record<string, string>) =>
    observation({
      canary: {
        status: {
          lastAppliedSpec: '5454fdb769',
          lastPromotedSpec: '5454fdb769',
          trackedConfigs: { 'configmap/a': 'text' },
          ...status,
        },
      },
      workload: {
        configs: { 'configmap/a': 'text and more' },
        originalConfigs,
        // Flagger's copy has only the text.
        promoted: false,
      },
    })
  const written = (of: ReturnType<typeof observation>) =>
    effectsOf(decide(of, {})).flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  const ours = { 'configmap/a': 'text and more' }

  test('is no change where the rest is as Flagger saw it', () => {
    const idle = seen({ phase: 'Succeeded' }, { 'configmap/a': 'text' })
    expect(written(idle)).toContainEqual(
      expect.objectContaining({ trackedConfigs: ours, promotedConfigs: ours }),
    )
    const running = seen({ phase: 'Progressing' }, { 'configmap/a': 'text' })
    expect(written(running)).toContainEqual(expect.objectContaining({ trackedConfigs: ours }))
    const failed = written(seen({ phase: 'Failed' }, { 'configmap/a': 'text' }))
    expect(failed).toContainEqual(expect.objectContaining({ trackedConfigs: ours }))
    expect(failed.filter(({ promotedConfigs }) => promotedConfigs)).toEqual([])
  })

  test('leaves what changed since to a run', () => {
    const [change] = written(seen({ phase: 'Succeeded' }, { 'configmap/a': 'other text' }))
    expect(change).toMatchObject({ lastAppliedSpec: 'v2:blue' })
    expect(change).not.toHaveProperty('trackedConfigs')
  })
})

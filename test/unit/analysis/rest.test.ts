import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Effect } from '../../../src/analysis/decision.ts'
import type { AskedReplicas } from '../../../src/canary/api.gen.ts'
import type { SizeWriters } from '../../../src/workloads/workload.ts'
import {
  effectsOf,
  noon,
  type ObservationOverrides,
  observation,
} from '../../support/observation.ts'
import { advance, annotate, change, deploy, idleWorld, row, statusOf } from '../../support/world.ts'

const git: SizeWriters = {
  target: { manager: 'kustomize-controller', byScale: false },
  primary: { manager: 'canary-controller', byScale: false },
}
const byHand: SizeWriters = { ...git, target: { manager: 'kubectl', byScale: true } }

interface Given extends ObservationOverrides {
  wish: number
  size: number
  asked?: AskedReplicas
}

/** An idle canary whose target was given a size. */
function step({ wish, size, asked = { count: 2 }, canary = {}, workload, ...of }: Given): Effect[] {
  const status = { askedReplicas: asked, ...canary.status }
  const seen = observation({
    sizeWriters: git,
    ...of,
    canary: { ...canary, status },
    workload: { targetReplicas: wish, primaryReplicas: size, ...workload },
  })
  return effectsOf(decide(seen, {}))
}

/** What becomes of the sizes, and what is said. */
function outcome(of: Given) {
  const effects = step(of)
  const resize = effects.find(({ kind }) => kind === 'resize')
  return {
    primary: resize && 'replicas' in resize ? resize.replicas : of.size,
    rests: effects.some((effect) => effect.kind === 'scale' && effect.to === 'zero'),
    said: effects.flatMap((effect) => (effect.kind === 'event' ? [effect.message] : [])),
  }
}

const remedy = 'leave replicas out of what is applied, for instance from Git'

test('a number that reached the primary in a step that was cut off is told as what it was', () => {
  expect(outcome({ wish: 5, size: 5 })).toEqual({
    primary: 5,
    rests: true,
    said: [
      'checkout.shop was scaled to 5 by kustomize-controller while no run is on, and rests again: ' +
        'checkout-primary.shop gets 5 replicas in place of 2',
    ],
  })
})

test('the manifest applied again: the target rests again, and one event says what to change', () => {
  expect(outcome({ wish: 2, size: 2 })).toEqual({
    primary: 2,
    rests: true,
    said: [
      'checkout.shop was scaled to 2 by kustomize-controller while no run is on, and rests again: ' +
        `checkout-primary.shop keeps its 2 replicas; ${remedy}`,
    ],
  })
})

test('the same number again and again is told once, and costs no other write', () => {
  const asked = { count: 2, told: 2, at: '2030-01-01T11:00:00Z', message: 'told' }
  const effects = step({ wish: 2, size: 2, asked })
  expect(effects.filter(({ kind }) => ['status', 'event', 'resize'].includes(kind))).toEqual([])
  expect(effects).toContainEqual({ kind: 'scale', to: 'zero' })
})

test('a number that was changed in Git reaches the primary, in both directions', () => {
  const asked = { count: 2, told: 2 }
  expect(outcome({ wish: 5, size: 2, asked })).toMatchObject({ primary: 5, rests: true })
  expect(outcome({ wish: 5, size: 2, asked }).said).toEqual([
    expect.stringContaining('checkout-primary.shop gets 5 replicas in place of 2'),
  ])
  expect(outcome({ wish: 1, size: 2, asked })).toMatchObject({ primary: 1, rests: true })
})

test('a few pods for a look at an idle target do not become the size of production', () => {
  const { primary, rests, said } = outcome({
    wish: 1,
    size: 20,
    asked: { count: 20 },
    sizeWriters: byHand,
  })
  expect({ primary, rests }).toEqual({ primary: 20, rests: true })
  expect(said).toEqual([
    expect.stringContaining(
      'keeps its 20 replicas; for fewer: kubectl scale deployment/checkout-primary -n shop --replicas=1',
    ),
  ])
})

test('more by kubectl scale reaches the primary', () => {
  expect(outcome({ wish: 8, size: 2, sizeWriters: byHand }).primary).toBe(8)
})

test('a size that somebody else keeps is left alone, and that is said', () => {
  const hpa = { manager: 'kube-controller-manager', byScale: true }
  const { primary, said } = outcome({ wish: 3, size: 9, sizeWriters: { ...git, primary: hpa } })
  expect(primary).toBe(9)
  expect(said).toEqual([
    expect.stringContaining(
      'checkout-primary.shop keeps its 9 replicas, which kube-controller-manager set',
    ),
  ])
})

test("what was promoted is no wish's business: the number that Git had all the time changes nothing", () => {
  expect(outcome({ wish: 2, size: 6, asked: { count: 2 } }).primary).toBe(6)
})

test('a size that Flagger gave is taken for ours', () => {
  const flagger = { manager: 'flagger', byScale: false }
  expect(outcome({ wish: 4, size: 2, sizeWriters: { ...git, primary: flagger } }).primary).toBe(4)
})

test('where it is not known what was asked for before, no size is made smaller', () => {
  expect(outcome({ wish: 2, size: 7, asked: {} }).primary).toBe(7)
  expect(outcome({ wish: 7, size: 2, asked: {} }).primary).toBe(7)
  expect(outcome({ wish: 2, size: 7, sizeWriters: undefined, asked: { count: 7 } }).primary).toBe(7)
})

test('an autoscaler of the canary keeps the size of the primary', () => {
  const autoscalerRef = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    name: 'checkout',
  } as const
  expect(outcome({ wish: 5, size: 2, canary: { spec: { autoscalerRef } } })).toMatchObject({
    primary: 2,
    rests: true,
  })
})

test('one that the Canary does not name does so as well', () => {
  const sizeWriters = { ...git, autoscaler: 'HorizontalPodAutoscaler own.shop' }
  const { primary, said } = outcome({ wish: 5, size: 2, sizeWriters })
  expect(primary).toBe(2)
  expect(said.join()).toContain('which HorizontalPodAutoscaler own.shop sees to; ')
})

describe('nothing is touched', () => {
  const failed = { phase: 'Failed', canaryWeight: 100 } as const
  test.each<[string, Partial<Given>]>([
    ['while the canary is suspended', { canary: { spec: { suspend: true } } }],
    ['while it is paused', { canary: { annotations: { 'flagger.app/pause': 'true' } } }],
    ['while the primary is not ready', { workload: { primary: { state: 'waiting', why: 'x' } } }],
    ['where the routes are not known', { routes: { unreadable: 'x' } }],
    ['where the canary serves everybody after a failed promotion', { canary: { status: failed } }],
    ['within an interval of the last correction', { lastStepAt: new Date(noon.getTime() - 5_000) }],
  ])('%s', (_when, of) => {
    expect(outcome({ wish: 5, size: 2, ...of })).toMatchObject({ primary: 2, rests: false })
  })
})

test.each(['Initialized', 'Succeeded', 'Failed', 'Waiting'] as const)('%s is rest', (phase) => {
  const tried = { lastPromotedSpec: 'v2:blue', lastAppliedSpec: 'v2:green' }
  const closed = { type: 'confirm-rollout', name: 'gate', since: '2030-01-01T11:59:00Z' } as const
  const nextTickAt = '2030-01-01T12:00:30Z'
  const waits = phase === 'Waiting' ? { canaryAnalysis: { gate: closed, nextTickAt } } : {}
  const { primary, rests } = outcome({
    wish: 5,
    size: 2,
    canary: { status: { phase, ...(phase === 'Initialized' ? {} : tried), ...waits } },
    workload: phase === 'Initialized' ? {} : { revision: 'v2:green', promoted: false },
  })
  expect({ primary, rests }).toEqual({ primary: 5, rests: true })
})

test('a new version that comes with its replicas starts a run at once: no pod goes and comes back', () => {
  const effects = step({ wish: 2, size: 2, workload: { revision: 'v2:green', promoted: false } })
  expect(effects).not.toContainEqual({ kind: 'scale', to: 'zero' })
  expect(effects).toContainEqual({ kind: 'scale', to: 'full' })
})

test('Git sets the same replicas for an hour: the target rests each time, one event tells it', () => {
  const world = idleWorld()
  for (let minutes = 0; minutes < 60; minutes += 10) {
    change(world, ({ target }) => {
      target.replicas = 2
    })
    advance(world, 600_000)
    expect(world.target.replicas).toBe(0)
  }
  expect(world.log.events.filter((text) => text.includes('rests again'))).toHaveLength(1)
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test('who sets the size at every look is corrected once an interval, not more', () => {
  const world = idleWorld()
  let corrections = 0
  for (let seconds = 0; seconds < 600; seconds++) {
    if (world.target.replicas === 0) {
      corrections += 1
      change(world, ({ target }) => {
        target.replicas = 2
      })
    }
    advance(world, 1_000)
  }
  expect(corrections).toBeLessThanOrEqual(11)
})

test('a run starts what is told of anew', () => {
  const world = idleWorld()
  const scaleUp = () => {
    change(world, ({ target }) => {
      target.replicas = 2
    })
    advance(world, 120_000)
  }
  scaleUp()
  expect(statusOf(world).askedReplicas).toMatchObject({ count: 2, told: 2 })
  deploy(world, 'green')
  expect(statusOf(world).askedReplicas).toEqual({ count: 2 })
  annotate(world, 'abort')
  advance(world)
  scaleUp()
  expect(world.log.events.filter((text) => text.includes('rests again'))).toHaveLength(2)
})

test('sizes that come to nothing, one after the other, are told no more often than a wait', () => {
  const told = { count: 2, told: 1, at: noon.toISOString() }
  const soon = new Date(noon.getTime() + 60_000)
  const again = new Date(noon.getTime() + 301_000)
  const byHandTo2 = { wish: 2, size: 4, asked: told, sizeWriters: byHand }
  expect(outcome({ ...byHandTo2, now: soon })).toMatchObject({ rests: true, said: [] })
  expect(outcome({ ...byHandTo2, now: again }).said).toHaveLength(1)
})

test('nobody is told that a target rests while another writer keeps it from that', () => {
  const of = { wish: 2, size: 4, sizeWriters: byHand }
  expect(outcome({ ...of, isRestContested: true })).toMatchObject({ rests: true, said: [] })
  expect(outcome({ ...of, isRestContested: false }).said).toHaveLength(1)
})

test('a target without a size is told as scaled up, and its primary serves', () => {
  const seen = observation({ sizeWriters: git, workload: { targetReplicas: 1 } })
  const { sizes: _sizes, ...workload } = seen.workload
  const effects = effectsOf(decide({ ...seen, workload }, {}))
  expect(effects.filter(({ kind }) => kind === 'resize')).toEqual([])
  expect(effects).toContainEqual({ kind: 'scale', to: 'zero' })
  expect(effects).toContainEqual({
    ...{ kind: 'event', type: 'Warning', phase: 'Initialized' },
    message:
      'checkout.shop was scaled up by kustomize-controller while no run is on, and rests again: ' +
      'checkout-primary.shop serves',
  })
})

test('who scaled the target beside an autoscaler is told of no manifest', () => {
  const name = 'checkout'
  const autoscalerRef = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    name,
  } as const
  const said = (sizeWriters: SizeWriters) =>
    outcome({ wish: 5, size: 2, sizeWriters, canary: { spec: { autoscalerRef } } }).said.join()
  expect(said(byHand)).toMatch(/an autoscaler keeps the size of checkout-primary.shop$/)
  expect(said(git)).toMatch(/keeps the size of checkout-primary.shop; leave replicas out of/)
})

test('a correction that waits for its interval puts off nothing that comes before', () => {
  const seen = observation({
    canary: {
      status: {
        ...{ phase: 'Succeeded', lastPromotedSpec: 'v2:blue', lastAppliedSpec: 'v2:blue' },
        lastTransitionTime: '2030-01-01T11:59:59Z',
      },
    },
    lastStepAt: new Date(noon.getTime() - 20_000),
    workload: { targetReplicas: 2, revision: 'v2:green', promoted: false },
  })
  const decision = decide(seen, {})
  expect(decision.rule).toBe('outcomeIsShown')
  expect(decision).toMatchObject({ wakeAt: new Date(noon.getTime() + 1_000) })
})

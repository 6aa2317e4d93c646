import { expect, test } from 'vitest'
import { decide } from '../../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../../support/observation.ts'
import {
  advance,
  annotate,
  annotationsOf,
  change,
  deploy,
  everyGate,
  hooksOf,
  idleWorld,
  row,
  rowAndEvents,
  statusOf,
  type World,
} from '../../../support/world.ts'
import { heldAt, starting, tick } from './ticks.ts'

const notRolledBack = 'N Rollback hook rollback-hook not signaling a rollback'

const increase = 'N Confirm-traffic-increase check confirm-traffic-increase-hook passed'

const advanced = (weight: number) => `N Advance checkout.shop canary weight ${weight}`

const hourMs = 60 * 60_000

const asksOf = (world: World, type: string) =>
  world.log.asked.filter((key) => key === `hooks:${type}`)

/** Of two hooks at one gate the first says yes, the second no. */
const halfOpen = (type: string, label: string) => ({
  [`hooks:${type}`]: {
    outcome: 'failed' as const,
    by: 'second',
    why: 'closed',
    events: [{ type: 'Normal' as const, message: `${label} check first passed` }],
    results: [],
  },
  metrics: { outcome: 'passed' as const, events: [], results: [] },
})

test('a run waits at every gate, and goes on as each one opens', () => {
  const world = idleWorld({
    analysis: { stepWeight: 20, maxWeight: 40, webhooks: everyGate },
    closed: ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'],
  })
  deploy(world, 'green')
  expect(rowAndEvents(world)).toEqual([
    'Waiting 0/0/0 100/0',
    'W Halt checkout.shop advancement waiting for approval confirm-rollout-hook',
    'W Gate confirm-rollout-hook of checkout.shop is shut: closed',
    'alert warn Canary is waiting for approval.',
  ])
  expect(tick(world)).toEqual(['Waiting 0/0/0 100/0'])

  world.closed = ['confirm-traffic-increase', 'confirm-promotion']
  const halted = [
    'W Halt checkout.shop advancement waiting for traffic increase approval confirm-traffic-increase-hook',
    'W Gate confirm-traffic-increase-hook of checkout.shop is shut: closed',
  ]
  expect(tick(world)).toEqual([
    'Progressing 0/0/0 100/0',
    'N Confirm-rollout check confirm-rollout-hook passed',
    'N New revision detected! Scaling up checkout.shop',
    notRolledBack,
    starting,
    'N Pre-rollout check pre-rollout-hook passed',
    ...halted,
    'alert info New revision detected, progressing canary analysis.',
    'alert warn Canary traffic increase is waiting for approval.',
  ])
  // Waiting repeats neither the pre-rollout hooks nor anything that was said.
  expect(tick(world)).toEqual(['Progressing 0/0/0 100/0'])

  world.closed = ['confirm-promotion']
  expect(tick(world)).toEqual(['Progressing 20/0/0 80/20', notRolledBack, increase, advanced(20)])
  expect(tick(world)).toEqual(['Progressing 40/0/0 60/40', notRolledBack, increase, advanced(40)])
  expect(tick(world)).toEqual([
    'WaitingPromotion 0/-1/0 60/40',
    notRolledBack,
    increase,
    'W Halt checkout.shop advancement waiting for promotion approval confirm-promotion-hook',
    'W Gate confirm-promotion-hook of checkout.shop is shut: closed',
    'alert warn Canary promotion is waiting for approval.',
  ])
  expect(tick(world)).toEqual(['WaitingPromotion 0/-1/0 60/40'])

  world.closed = []
  expect(tick(world)).toEqual([
    'Finalising 0/0/0 100/0',
    notRolledBack,
    'N Confirm-promotion check confirm-promotion-hook passed',
    'N Copying checkout.shop template spec to checkout-primary.shop',
    'N Routing all traffic to primary',
  ])
  expect(tick(world)[0]).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.calls).toEqual(['post-rollout Succeeded'])
})

test.each([
  ['confirm-rollout', 'Waiting'],
  ['confirm-traffic-increase', 'Progressing'],
  ['confirm-promotion', 'WaitingPromotion'],
] as const)('a muted %s hook waits without an alert', (type, phase) => {
  const webhooks = hooksOf(type).map((hook) => ({ ...hook, muteAlert: true }))
  const world = idleWorld({ analysis: { webhooks, stepWeight: 100 }, closed: [type] })
  deploy(world, 'green')
  advance(world, 3 * 60_000)
  expect(statusOf(world).phase).toBe(phase)
  expect(world.log.alerts.filter((alert) => alert.includes('waiting'))).toEqual([])
})

test('a closed gate is asked once an interval, however often the canary is woken', () => {
  const world = heldAt('confirm-rollout')
  world.log.asked = []
  for (let second = 0; second < 30; second++) {
    advance(world, 1_000)
    change(world, () => {})
  }
  expect(world.log.asked).toEqual([])
  advance(world, 30_000)
  expect(world.log.asked).toEqual(['hooks:confirm-rollout'])
})

test.each([
  ['confirm-rollout', { stepWeight: 20 }],
  ['confirm-traffic-increase', { stepWeight: 20 }],
  ['confirm-promotion', { stepWeight: 100 }],
  ['confirm-promotion', { iterations: 1 }],
] as const)('a shut %s gate that says when to ask again is asked then, by %j', (type, steps) => {
  const world = idleWorld({
    analysis: { ...steps, metrics: [], webhooks: hooksOf(type) },
    closed: [type],
    askAgainMs: hourMs,
  })
  deploy(world, 'green')
  advance(world, 5 * hourMs)
  expect(asksOf(world, type).length).toBeGreaterThanOrEqual(5)
  expect(asksOf(world, type).length).toBeLessThanOrEqual(6)
  expect(statusOf(world).canaryAnalysis?.gate).toMatchObject({ type, reason: 'closed' })

  world.closed = []
  advance(world, hourMs + 60_000)
  expect(statusOf(world).canaryAnalysis?.gate).toBeUndefined()
})

test('who opens a gate by annotation or approves waits for no hook that wants to rest', () => {
  for (const [annotation, value] of [
    ['gate.confirm-rollout-hook', 'open'],
    ['promote', 'true'],
  ] as const) {
    const world = heldAt('confirm-rollout', { askAgainMs: hourMs })
    // The world has its gates in a list.
    if (value === 'open') world.closed = []
    annotate(world, annotation, value)
    advance(world, 1_000)
    expect(statusOf(world).phase, annotation).toBe('Progressing')
  }
})

test('another revision is asked for though the gate wants to rest', () => {
  const world = heldAt('confirm-rollout', { askAgainMs: hourMs })
  deploy(world, 'red')
  world.log.asked = []
  advance(world, 60_000)
  expect(world.log.asked).toEqual(['hooks:confirm-rollout'])
})

test('a gate that wants to rest says when it is asked again', () => {
  const world = heldAt('confirm-rollout', { askAgainMs: hourMs })
  expect(rowAndEvents(world).join('\n')).toMatch(
    /is shut: closed; as it wants, it is asked again at 2030-01-01T13:00:0\dZ/,
  )
})

test('a target set back while it waits for approval is nothing to approve', () => {
  const world = heldAt('confirm-rollout')
  expect(row(world)).toBe('Waiting 0/0/0 100/0')
  deploy(world, 'blue')
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test.each([
  ['Succeeded', 'Succeeded'],
  ['Skipped', 'Succeeded'],
  ['Aborted', 'Initialized'],
  ['Failed', 'Initialized'],
] as const)('after a run that was %s, nothing to approve is %s', (result, phase) => {
  const seen = observation({
    canary: {
      status: { phase: 'Waiting', lastPromotedSpec: 'v2:blue', history: [{ id: 1, result }] },
    },
  })
  const changes = effectsOf(decide(seen, {})).flatMap((effect) =>
    effect.kind === 'status' ? [effect.change.phase] : [],
  )
  expect(changes).toContain(phase)
})

test('a request can be answered while a gate holds the run', () => {
  const world = heldAt('confirm-promotion', { analysis: { iterations: 2 } })
  advance(world, 2 * 60_000)
  expect(statusOf(world).phase).toBe('WaitingPromotion')
  annotate(world, 'promote')
  expect(world.log.routes.at(-2)).toMatchObject({ canary: 100 })
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  expect(annotationsOf(world)).toEqual([])
})

test('while pods start, the rollback hook is asked once an interval', () => {
  const world = idleWorld({ startupMs: 90_000, analysis: { webhooks: hooksOf('rollback') } })
  deploy(world, 'green')
  for (let second = 0; second < 89; second++) {
    advance(world, 1_000)
    change(world, () => {})
  }
  expect(world.log.asked).toEqual(['hooks:rollback', 'hooks:rollback'])
  // Readiness acts at once all the same.
  advance(world, 1_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test('a gate is asked once an interval also before the second run', () => {
  const world = idleWorld({ analysis: { webhooks: hooksOf('confirm-rollout') } })
  deploy(world, 'green')
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  world.closed = ['confirm-rollout']
  deploy(world, 'red')
  world.log.asked = []
  for (let second = 0; second < 59; second++) {
    advance(world, 1_000)
    change(world, () => {})
  }
  expect(world.log.asked).toEqual([])
  deploy(world, 'green')
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test.each([
  ['confirm-rollout', 'Confirm-rollout', 'Initialized'],
  ['confirm-rollout', 'Confirm-rollout', 'Waiting'],
  ['confirm-traffic-increase', 'Confirm-traffic-increase', 'Progressing'],
  ['confirm-promotion', 'Confirm-promotion', 'Progressing'],
  ['confirm-promotion', 'Confirm-promotion', 'WaitingPromotion'],
] as const)(
  'hooks that are open before the closed one of %s are told: "%s check passed" in %s',
  (type, label, phase) => {
    const weight = type === 'confirm-promotion' ? 20 : 0
    const isRun = phase === 'Progressing' || phase === 'WaitingPromotion'
    const revision = isRun ? 'v2:green' : 'v2:blue'
    const seen = observation({
      canary: {
        analysis: { webhooks: hooksOf(type), maxWeight: 20, metrics: [] },
        status: {
          phase,
          canaryWeight: weight,
          lastAppliedSpec: revision,
          ...(isRun && { canaryAnalysis: { runId: 1, weight } }),
        },
      },
      workload: {
        revision: 'v2:green',
        primaryRevision: 'v2:blue',
        promoted: false,
        targetReplicas: 2,
      },
      routes: { primary: 100 - weight, canary: weight, mirrored: false },
    })
    const messages = effectsOf(decide(seen, halfOpen(type, label))).flatMap((effect) =>
      effect.kind === 'event' || effect.kind === 'report' ? [effect.message] : [],
    )
    const told = messages.indexOf(`${label} check first passed`)
    const halted = messages.findIndex((text) => text.endsWith('approval second'))
    expect(told).toBeGreaterThanOrEqual(0)
    expect(halted).toBeGreaterThan(told)
  },
)

import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../support/observation.ts'
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
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

const notRolledBack = 'N Rollback hook rollback-hook not signaling a rollback'
const increase = 'N Confirm-traffic-increase check confirm-traffic-increase-hook passed'
const starting = 'N Starting canary analysis for checkout.shop'
const advanced = (weight: number) => `N Advance checkout.shop canary weight ${weight}`

function tick(world: World, ms = 60_000): string[] {
  advance(world, ms)
  return rowAndEvents(world)
}

function phases(world: World, count: number): string[] {
  return Array.from({ length: count }, () => tick(world)[0] ?? '')
}

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
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-rollout') },
    closed: ['confirm-rollout'],
  })
  deploy(world, 'green')
  world.log.asked = []
  for (let second = 0; second < 30; second++) {
    advance(world, 1_000)
    change(world, () => {})
  }
  expect(world.log.asked).toEqual([])
  advance(world, 30_000)
  expect(world.log.asked).toEqual(['hooks:confirm-rollout'])
})

const hourMs = 60 * 60_000
const asksOf = (world: World, type: string) =>
  world.log.asked.filter((key) => key === `hooks:${type}`)

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
    const world = idleWorld({
      analysis: { webhooks: hooksOf('confirm-rollout') },
      closed: ['confirm-rollout'],
      askAgainMs: hourMs,
    })
    deploy(world, 'green')
    // The world has its gates in a list.
    if (value === 'open') world.closed = []
    annotate(world, annotation, value)
    advance(world, 1_000)
    expect(statusOf(world).phase, annotation).toBe('Progressing')
  }
})

test('another revision is asked for though the gate wants to rest', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-rollout') },
    closed: ['confirm-rollout'],
    askAgainMs: hourMs,
  })
  deploy(world, 'green')
  deploy(world, 'red')
  world.log.asked = []
  advance(world, 60_000)
  expect(world.log.asked).toEqual(['hooks:confirm-rollout'])
})

test('a gate that wants to rest says when it is asked again', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-rollout') },
    closed: ['confirm-rollout'],
    askAgainMs: hourMs,
  })
  deploy(world, 'green')
  expect(rowAndEvents(world).join('\n')).toMatch(
    /is shut: closed; as it wants, it is asked again at 2030-01-01T13:00:0\dZ/,
  )
})

test('a target set back while it waits for approval is nothing to approve', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-rollout') },
    closed: ['confirm-rollout'],
  })
  deploy(world, 'green')
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

test('blue/green alternates between checks and the closed promotion gate', () => {
  const world = idleWorld({
    analysis: { iterations: 2, webhooks: hooksOf('confirm-promotion') },
    closed: ['confirm-promotion'],
  })
  deploy(world, 'green')
  expect(phases(world, 5)).toEqual([
    'Progressing 0/2/0 100/0',
    'WaitingPromotion 0/1/0 100/0',
    'WaitingPromotion 0/2/0 100/0',
    'WaitingPromotion 0/1/0 100/0',
    'WaitingPromotion 0/2/0 100/0',
  ])
  expect(world.log.asked.filter((key) => key === 'metrics')).toHaveLength(5)
  world.closed = []
  expect(phases(world, 3)).toEqual([
    'WaitingPromotion 0/3/0 0/100',
    'Finalising 0/0/0 100/0',
    'Succeeded 0/0/0 100/0',
  ])
})

test('with one iteration the waiting run goes on measuring', () => {
  const world = idleWorld({
    analysis: { iterations: 1, webhooks: hooksOf('confirm-promotion', 'pre-rollout') },
    closed: ['confirm-promotion'],
  })
  deploy(world, 'green')
  advance(world, 60_000)
  expect(row(world)).toBe('WaitingPromotion 0/0/0 100/0')
  world.log.asked = []
  world.log.events = []
  advance(world, 2 * 60_000)
  expect(world.log.asked).toEqual(['metrics', 'metrics', 'hooks:confirm-promotion'])
  expect(world.log.events).not.toContain(starting)
})

test('a promotion gate that closes after the switch leaves the traffic unmirrored', () => {
  const world = idleWorld({
    analysis: { iterations: 1, mirror: true, webhooks: hooksOf('confirm-promotion') },
  })
  deploy(world, 'green')
  advance(world)
  expect(row(world)).toBe('Progressing 0/2/0 0/100')
  world.closed = ['confirm-promotion']
  expect(phases(world, 2)).toEqual(['WaitingPromotion 0/0/0 0/100', 'WaitingPromotion 0/1/0 0/100'])
})

test('failed checks roll back a canary that waits for its promotion', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-promotion') },
    closed: ['confirm-promotion'],
  })
  deploy(world, 'green')
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('WaitingPromotion 0/-1/0 40/60')
  world.failing = 'err 100.00 > 50'
  expect(phases(world, 2)).toEqual(['WaitingPromotion 0/-1/1 40/60', 'Failed 0/0/0 100/0'])
})

test('an opened rollback hook rolls back at the next check', () => {
  const world = idleWorld({ analysis: { webhooks: hooksOf('rollback') } })
  deploy(world, 'green')
  advance(world)
  rowAndEvents(world)
  world.opened = ['rollback']
  expect(tick(world)).toEqual([
    'Failed 0/0/0 100/0',
    'W Rollback check rollback-hook passed',
    'W Rolling back checkout.shop manual webhook invoked',
    'W Canary failed! Scaling down checkout.shop',
    'alert warn Rolling back manual webhook invoked',
  ])
})

test('a rollback hook that is called at a rollback is never polled', () => {
  const webhooks = hooksOf('rollback').map((hook) => ({ ...hook, call: 'onRollback' as const }))
  const world = idleWorld({ analysis: { webhooks } })
  deploy(world, 'green')
  world.opened = ['rollback']
  advance(world)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(world.log.asked).not.toContain('hooks:rollback')
  world.failing = 'err 100.00 > 50'
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  expect(world.log.calls).toContain('rollback Failed')
})

test('a failing pre-rollout hook counts, and rolls back before any traffic', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('pre-rollout') },
    closed: ['pre-rollout'],
  })
  deploy(world, 'green')
  expect(row(world)).toBe('Progressing 0/0/1 100/0')
  expect(tick(world)[0]).toBe('Failed 0/0/0 100/0')
  expect(world.log.routes).toEqual([])
})

test('pre-rollout hooks that passed are not called again in the same run', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('pre-rollout', 'confirm-traffic-increase') },
    closed: ['confirm-traffic-increase'],
  })
  deploy(world, 'green')
  advance(world, 3 * 60_000)
  expect(world.log.asked.filter((key) => key === 'hooks:pre-rollout')).toHaveLength(1)
})

test('a failing rollout hook is one failed check, and no metric is queried', () => {
  const world = idleWorld({ analysis: { webhooks: hooksOf('rollout') }, closed: ['rollout'] })
  deploy(world, 'green')
  world.log.asked = []
  expect(tick(world)).toContain(
    'W Halt checkout.shop advancement external check rollout-hook failed closed',
  )
  expect(row(world)).toBe('Progressing 20/0/1 80/20')
  expect(world.log.asked).toEqual(['hooks:rollout'])
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

test('no metric is checked before the delay is over', () => {
  const world = idleWorld({ analysis: { delay: '90s' }, startupMs: 30_000 })
  deploy(world, 'green')
  advance(world, 119_000)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  advance(world, 1_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test('session cookies live from the first weight to the end of the run', () => {
  const sessionAffinity = { cookieName: 'fc', primaryCookieName: 'pc' }
  const world = idleWorld({ analysis: { sessionAffinity } })
  deploy(world, 'green')
  const { sessionAffinityCookie: first, primarySessionAffinityCookie: primary } = statusOf(world)
  expect(first).toMatch(/^fc=[a-z]{10}$/)
  expect(primary).toMatch(/^pc=[a-z]{10}$/)
  advance(world, 60_000)
  expect(statusOf(world).sessionAffinityCookie).toBe(first)
  advance(world, 4 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(statusOf(world)).toMatchObject({
    previousSessionAffinityCookie: first,
    primarySessionAffinityCookie: primary,
  })
  expect(statusOf(world)).not.toHaveProperty('sessionAffinityCookie')
  deploy(world, 'red')
  expect(statusOf(world).sessionAffinityCookie).not.toBe(first)
})

test('a request can be answered while a gate holds the run', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-promotion'), iterations: 2 },
    closed: ['confirm-promotion'],
  })
  deploy(world, 'green')
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

describe('what waits for approval to start', () => {
  function waiting(): World {
    const world = idleWorld({
      analysis: { stepWeight: 50, webhooks: hooksOf('confirm-rollout') },
      closed: ['confirm-rollout'],
    })
    deploy(world, 'green')
    return world
  }

  test('is named in the status, so that its approval can be meant for it', () => {
    const world = waiting()
    const { canaryAnalysis: run, lastAppliedSpec } = statusOf(world)
    expect(lastAppliedSpec).toBe('v2:blue')
    expect(run).toMatchObject({ runId: 1, revision: 'v2:green', gate: { type: 'confirm-rollout' } })
    annotate(world, 'promote', { id: '1', mode: 'gate', revision: run?.revision })
    expect(statusOf(world)).toMatchObject({ phase: 'Progressing', canaryAnalysis: { runId: 1 } })
  })

  test('is named anew at once when the target moves on, and the approval of before is refused', () => {
    const world = waiting()
    deploy(world, 'yellow')
    expect(statusOf(world).canaryAnalysis).toMatchObject({
      revision: 'v2:yellow',
      gate: { type: 'confirm-rollout' },
    })
    annotate(world, 'promote', { id: '1', mode: 'gate', revision: 'v2:green' })
    expect(statusOf(world).requests?.promote).toMatchObject({
      result: 'rejected',
      message: 'revision is now v2:yellow',
    })
    expect(row(world)).toBe('Waiting 0/0/0 100/0')
  })

  test('has a number of its own when it is aborted, and leaves none when it is taken back', () => {
    const world = waiting()
    annotate(world, 'abort', { id: '1', by: 'jane' })
    expect(statusOf(world).history).toMatchObject([{ id: 1, revision: 'v2:green', by: 'jane' }])
    deploy(world, 'yellow')
    advance(world, 10_000)
    expect(statusOf(world)).toMatchObject({ phase: 'Waiting', canaryAnalysis: { runId: 2 } })
    deploy(world, 'blue')
    expect(statusOf(world).canaryAnalysis?.revision).toBeUndefined()
    deploy(world, 'red')
    advance(world, 10_000)
    expect(statusOf(world)).toMatchObject({ phase: 'Waiting', canaryAnalysis: { runId: 2 } })
  })

  test('waits on although the analysis is to be skipped: approval is no check', () => {
    const world = waiting()
    annotate(world, 'skip-analysis')
    advance(world, 2 * 60_000)
    expect(row(world)).toBe('Waiting 0/0/0 100/0')
    annotate(world, 'promote')
    settle(world)
    advance(world, 2 * 60_000)
    expect(statusOf(world).history?.[0]?.result).toBe('Skipped')
  })
})

const gates = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'] as const
const everyShape = [
  ...gates.map((type) => [type, 'weights', {}] as const),
  ['confirm-rollout', 'blue/green', { iterations: 1 }] as const,
  ['confirm-promotion', 'blue/green', { iterations: 1 }] as const,
  ['confirm-promotion', 'a longer blue/green', { iterations: 3, mirror: true }] as const,
  ['confirm-promotion', 'an A/B test', { iterations: 1, match: beta() }] as const,
  ['confirm-promotion', 'weights and iterations', { iterations: 4, stepWeight: 50 }] as const,
]

function beta() {
  return [{ headers: { cookie: { exact: 'beta' } } }]
}

function gateIn(world: World) {
  return statusOf(world).canaryAnalysis?.gate
}

describe.each(everyShape)('a closed %s gate in %s', (type, _, analysis) => {
  const waiting = () => {
    const webhooks = hooksOf(type, 'rollback')
    const world = idleWorld({ analysis: { ...analysis, webhooks }, closed: [type] })
    deploy(world, 'green')
    for (let tick = 0; tick < 12 && !gateIn(world); tick++) advance(world)
    return world
  }

  test('keeps its name, its time and its reason in the status for as long as it is closed', () => {
    const world = waiting()
    const gate = gateIn(world)
    expect(gate).toMatchObject({ type, name: `${type}-hook`, reason: 'closed' })
    for (let tick = 0; tick < 6; tick++) {
      advance(world)
      expect(gateIn(world)).toEqual(gate)
      expect(statusOf(world).canaryAnalysis?.reason).toBe('closed')
    }
  })

  test('says one sentence, and no step that moves on, however often it is looked at', () => {
    const world = waiting()
    rowAndEvents(world)
    for (let tick = 0; tick < 6; tick++) {
      advance(world, 30_000)
      change(world, () => {})
      advance(world, 30_000)
    }
    expect([...world.log.events, ...world.log.alerts]).toEqual([])
  })

  test('tells another reason as soon as its hook has one', () => {
    const world = waiting()
    const since = gateIn(world)?.since
    rowAndEvents(world)
    world.why = 'ticket OPS-1 is not approved'
    advance(world, 2 * 60_000)
    expect(gateIn(world)).toMatchObject({ since, reason: world.why })
    expect(world.log.events).toHaveLength(1)
    expect(world.log.events[0]).toMatch(/^W Gate .* is shut: ticket OPS-1 is not approved$/)
  })

  test('tells a hook that cannot be asked from one that says no', () => {
    const world = waiting()
    rowAndEvents(world)
    Object.assign(world, { why: 'the address is no URL', isBroken: true })
    advance(world, 2 * 60_000)
    expect(gateIn(world)).toMatchObject({ broken: true, reason: 'the address is no URL' })
    expect(world.log.events).toEqual([
      expect.stringMatching(/^W Gate \S+-hook of .* can't be asked: the address is no URL$/),
    ])
  })

  test('is forgotten once it opens', () => {
    const world = waiting()
    world.closed = []
    advance(world, 20 * 60_000)
    expect(row(world)).toBe('Succeeded 0/0/0 100/0')
    expect(gateIn(world)).toBeUndefined()
  })
})

test('a gate that is closed while checks fail is still the gate that the run waits at', () => {
  const world = idleWorld({
    analysis: { threshold: 5, webhooks: hooksOf('confirm-promotion') },
    closed: ['confirm-promotion'],
  })
  deploy(world, 'green')
  advance(world, 3 * 60_000)
  const gate = gateIn(world)
  rowAndEvents(world)
  world.failing = 'err 100.00 > 50'
  advance(world)
  world.failing = undefined
  advance(world)
  expect(gateIn(world)).toEqual(gate)
  expect(world.log.events).toEqual(['W Halt checkout.shop advancement err 100.00 > 50'])
})

test('an answer that never ends is cut, and on one line', () => {
  const world = idleWorld({
    analysis: { webhooks: hooksOf('confirm-rollout') },
    closed: ['confirm-rollout'],
    why: `<html>\n  <h1>403</h1>\n${'x'.repeat(2_000)}`,
  })
  deploy(world, 'green')
  expect(gateIn(world)?.reason).toMatch(/^<html> <h1>403<\/h1> x+…$/)
  expect(gateIn(world)?.reason).toHaveLength(512)
})

test('the start of an analysis is said once, also where its hooks fail first', () => {
  const world = idleWorld({
    analysis: { threshold: 5, webhooks: hooksOf('pre-rollout') },
    closed: ['pre-rollout'],
  })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  world.closed = []
  advance(world)
  expect(row(world)).toBe('Progressing 20/0/3 80/20')
  expect(world.log.events.filter((text) => text === starting)).toHaveLength(1)
})

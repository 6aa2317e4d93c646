import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  change,
  deploy,
  idleWorld,
  newWorld,
  row,
  rowAndEvents,
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

const stuck =
  'checkout-primary.shop not ready: deployment "checkout-primary" exceeded its progress deadline'

/** `green` passed its checks and does not come up as the primary. */
function failedPromotion(): World {
  const world = idleWorld({ brokenPrimary: ['green'], startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 3 * 60_000)
  rowAndEvents(world)
  advance(world, 10_000)
  return world
}

test('a promotion that fails leaves the healthy canary serving everybody', () => {
  const world = failedPromotion()
  expect(rowAndEvents(world)).toEqual([
    'Failed 100/0/0 0/100',
    `W ${stuck}`,
    `W Promotion of checkout.shop failed, primary not ready: ${stuck}`,
    `alert error Promotion failed, primary not ready: ${stuck}`,
  ])
  expect(world.target.replicas).toBeGreaterThan(0)
  expect(statusOf(world).lastPromotedSpec).toBe('v2:blue')
  advance(world, 10 * 60_000)
  expect(rowAndEvents(world)).toEqual(['Failed 100/0/0 0/100'])
})

test.each(['red', 'blue'])('after a failed promotion %s goes over the broken primary', (next) => {
  const world = failedPromotion()
  deploy(world, next)
  advance(world, 10_000)
  expect(row(world)).toBe('Promoting 100/0/0 0/100')
  expect(world.primary?.revision).toBe(next)
  advance(world, 10_000)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  advance(world, 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(statusOf(world).lastPromotedSpec).toBe(`v2:${next}`)
})

test('a promotion that fails after an A/B test leaves nobody with the broken primary', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = idleWorld({
    analysis: { iterations: 1, match },
    brokenPrimary: ['green'],
    startupMs: 10_000,
  })
  deploy(world, 'green')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  expect(world.routes?.everybody).toBe(true)
  deploy(world, 'red')
  advance(world, 15_000)
  expect(row(world)).toBe('Promoting 100/0/0 0/100')
  expect(world.routes?.everybody).toBe(true)
  advance(world, 2 * 60_000)
  expect(world.routes).toMatchObject({ primary: 100, canary: 0 })
  expect(world.routes?.everybody).toBeUndefined()
})

test('a paused canary is not promoted over the broken primary', () => {
  const world = failedPromotion()
  annotate(world, 'pause')
  deploy(world, 'red')
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
})

test('while the broken primary can take no traffic, a reset is refused', () => {
  const world = failedPromotion()
  annotate(world, 'reset')
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  expect(statusOf(world).requests?.reset?.result).toBe('rejected')
  annotate(world, 'retry')
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  expect(statusOf(world).requests?.retry).toMatchObject({ result: 'rejected', message: stuck })
})

test('a retry once the primary came up after all starts with no traffic on the canary', () => {
  const world = failedPromotion()
  change(world, (healed) => {
    healed.brokenPrimary = []
  })
  expect(row(world)).toBe('Failed 100/0/0 0/100')
  annotate(world, 'retry')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  expect(world.log.routes.slice(-2)).toMatchObject([{ canary: 0 }, { canary: 20 }])
})

test('a new revision in a run gets no traffic also while Services can not be written', () => {
  const world = idleWorld({ startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  world.serviceTrouble = true
  deploy(world, 'red')
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
})

test('a promotion that fails waits for the canary to take the traffic over', () => {
  const world = idleWorld({ brokenPrimary: ['green'], startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 3 * 60_000)
  world.target.readyAt = new Date(world.now.getTime() + 25_000)
  advance(world, 24_000)
  expect(row(world)).toBe('Promoting 60/0/0 40/60')
  advance(world, 1_000)
  expect(row(world)).toBe('Failed 100/0/0 0/100')
})

test('a revision that came while the promotion failed is not lost', () => {
  const world = idleWorld({ brokenPrimary: ['green'], startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 3 * 60_000)
  deploy(world, 'red')
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe('red')
})

test('the outcome of a run stands for two seconds before the next run begins', () => {
  const world = idleWorld()
  deploy(world, 'green')
  while (!row(world).startsWith('Finalising')) advance(world, 60_000)
  deploy(world, 'red')
  while (!row(world).startsWith('Succeeded')) advance(world, 1_000)
  advance(world, 1_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  advance(world, 1_000)
  expect(row(world)).toContain('Progressing')
})

test('a revision that comes while another fails has its own run', () => {
  // Some pods of the primary are ready, and the others came never up within their deadline.
  const stuckPartly = { state: 'failed', why: stuck } as const
  const seen = observation({
    canary: { status: { phase: 'Progressing', lastAppliedSpec: 'v2:green' } },
    workload: {
      ...{ revision: 'v2:red', primary: stuckPartly, promoted: false },
      serving: { target: false, primary: true },
    },
  })
  const changes = effectsOf(decide(seen, {})).flatMap((effect) =>
    effect.kind === 'status' ? [effect.change] : [],
  )
  expect(changes).toContainEqual(
    expect.objectContaining({ phase: 'Failed', lastAppliedSpec: 'v2:green' }),
  )
})

test('a revision that comes while nobody serves any more has its own run', () => {
  const world = idleWorld()
  deploy(world, 'green')
  Object.assign(world, { broken: ['blue'], startupMs: 30_000 })
  deploy(world, 'red')
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  expect(statusOf(world).history?.[0]).toMatchObject({ result: 'Restarted' })
  expect(statusOf(world).lastAppliedSpec).toBe('v2:red')
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe('red')
})

test('a primary that can not start never ends the initialization in failure', () => {
  const world = newWorld({ brokenPrimary: ['blue'] })
  settle(world)
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Initializing 0/0/0')
  expect(world.target.replicas).toBe(2)
  change(world, (healed) => {
    healed.brokenPrimary = []
  })
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test('a primary that is beyond its deadline from the start is alerted once, and so is its end', () => {
  const world = newWorld({ brokenPrimary: ['blue'] })
  settle(world)
  advance(world, 20 * 60_000)
  const alerts = () => world.log.alerts
  expect(alerts()).toEqual([
    expect.stringMatching(/^error Initialization is stuck, checkout-primary\.shop not ready/),
  ])
  change(world, (healed) => {
    healed.brokenPrimary = []
  })
  expect(alerts().slice(1)).toEqual([
    'info The primary is ready, initialization goes on.',
    expect.stringMatching(/^info New Deployment detected/),
  ])
  expect(statusOf(world).canaryAnalysis?.reason).toBeUndefined()
})

test('a target that moved on during the initialization is run afterwards', () => {
  const world = newWorld({ startupMs: 30_000 })
  settle(world)
  deploy(world, 'green')
  advance(world, 30_000)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  expect(statusOf(world)).toMatchObject({
    lastAppliedSpec: 'v2:green',
    lastPromotedSpec: 'v2:blue',
  })
})

test('a broken canary does not stop a promotion whose copy is made', () => {
  const world = idleWorld({ startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 3 * 60_000)
  expect(row(world)).toBe('Promoting 60/0/0 40/60')
  world.broken = ['red']
  deploy(world, 'red')
  advance(world, 10_000)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  advance(world, 60_000)
  expect(world.log.phases).toContain('Succeeded')
  expect(statusOf(world).lastPromotedSpec).toBe('v2:green')
  // Then the newer revision has its own run.
  advance(world, 2_000)
  expect(statusOf(world).lastAppliedSpec).toBe('v2:red')
})

test.each([1, 3])('after %i minutes, a reset makes a new primary of the target', (minutes) => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world, minutes * 60_000)
  change(world, (damaged) => {
    damaged.primary = undefined
  })
  expect(world.primary).toBeUndefined()
  annotate(world, 'reset')
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
  expect(world.primary).toMatchObject({ revision: 'green' })
  expect(statusOf(world)).toMatchObject({
    lastPromotedSpec: 'v2:green',
    requests: { reset: { result: 'done' } },
  })
  advance(world, 10 * 60_000)
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test.each([
  [0, 'Finalising 0/0/0 100/0', 0],
  [30_000, 'Promoting 60/0/0 40/60', 2],
])(
  'a canary without pods keeps no traffic in a promotion, or gets its pods back (%i ms)',
  (ms, want, pods) => {
    const world = idleWorld({ analysis: { stepWeightPromotion: 10 }, startupMs: 10_000 })
    deploy(world, 'green')
    advance(world, 10_000 + 3 * 60_000)
    expect(row(world)).toBe('Promoting 60/0/0 40/60')
    if (world.primary) world.primary.readyAt = new Date(world.now.getTime() + ms)
    change(world, ({ target }) => {
      target.replicas = 0
    })
    expect(row(world)).toBe(want)
    expect(world.target.replicas).toBe(pods)
  },
)

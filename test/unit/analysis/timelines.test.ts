import { expect, test } from 'vitest'
import {
  advance,
  change,
  deploy,
  idleWorld,
  newWorld,
  row,
  rowAndEvents,
  settle,
  statusOf,
} from '../../support/world.ts'
import {
  advanced,
  completed,
  copying,
  released,
  scalingUp,
  starting,
  ticks,
  underway,
} from './timeline.ts'

const targetStarts =
  'W canary deployment checkout.shop not ready: waiting for rollout to finish: ' +
  '0 out of 1 new replicas have been updated'

const primaryStarts =
  'W checkout-primary.shop not ready: waiting for rollout to finish: ' +
  '0 out of 2 new replicas have been updated'

test('a new canary is initialized once its primary serves', () => {
  const world = newWorld({ startupMs: 30_000 })
  settle(world)
  expect(rowAndEvents(world)).toEqual(['Initializing 0/0/0', primaryStarts])
  expect(world.target.replicas).toBe(2)

  advance(world, 30_000)
  expect(rowAndEvents(world)).toEqual([
    'Initialized 0/0/0 100/0',
    'N all the metrics providers are available!',
    'N Initialization done! checkout.shop',
    'alert info New Deployment detected, initialization completed.',
  ])
  expect(world.target.replicas).toBe(0)
  expect(world.autoscalerHeld).toBe(true)
  expect(statusOf(world).lastPromotedSpec).toBe('v2:blue')

  expect(ticks(world, 3)).toEqual(Array(3).fill(['Initialized 0/0/0 100/0']))
})

test('a new revision goes up step by step, is copied, and the canary goes', () => {
  const world = idleWorld({ startupMs: 30_000 })
  deploy(world, 'green')
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/0/0 100/0',
    scalingUp[0],
    targetStarts.replace('of 1', 'of 2'),
    scalingUp[1],
  ])
  expect(world.target.replicas).toBe(2)
  expect(world.autoscalerHeld).toBe(false)

  // The first weight comes with readiness, not with the interval.
  expect(ticks(world, 1, 30_000)).toEqual([['Progressing 20/0/0 80/20', starting, advanced(20)]])
  expect(ticks(world, 3)).toEqual([
    ['Progressing 40/0/0 60/40', advanced(40)],
    ['Progressing 60/0/0 40/60', advanced(60)],
    ['Promoting 60/0/0 40/60', copying, primaryStarts],
  ])
  expect(statusOf(world).lastPromotedSpec).toBe('v2:blue')
  expect(ticks(world, 1, 30_000)).toEqual([
    ['Finalising 0/0/0 100/0', 'N Routing all traffic to primary'],
  ])
  expect(ticks(world, 2)).toEqual([
    ['Succeeded 0/0/0 100/0', ...completed],
    ['Succeeded 0/0/0 100/0'],
  ])
  expect(world.target.replicas).toBe(0)
  expect(world.autoscalerHeld).toBe(true)
  expect(statusOf(world)).toMatchObject({
    lastPromotedSpec: 'v2:green',
    lastAppliedSpec: 'v2:green',
    history: [{ id: 1, revision: 'v2:green', result: 'Succeeded' }],
  })
})

test('nothing is asked of metrics or hooks before the canary gets traffic', () => {
  const world = idleWorld()
  deploy(world, 'green')
  expect(world.log.asked).toEqual([])
  advance(world)
  expect(world.log.asked).toEqual(['metrics'])
})

test('the traffic goes back in steps where the canary asks for that', () => {
  const world = underway({ analysis: { stepWeightPromotion: 25 } })
  expect(ticks(world, 6)).toEqual([
    ['Progressing 40/0/0 60/40', advanced(40)],
    ['Progressing 60/0/0 40/60', advanced(60)],
    ['Promoting 35/0/0 65/35', copying, 'N Advance checkout.shop primary weight 65'],
    ['Promoting 10/0/0 90/10', 'N Advance checkout.shop primary weight 90'],
    ['Finalising 0/0/0 100/0', 'N Advance checkout.shop primary weight 100'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('a new revision in the middle of it moves the rest at once', () => {
  const world = underway({ analysis: { stepWeightPromotion: 25 } })
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Promoting 35/0/0 65/35')
  deploy(world, 'red')
  advance(world, 0)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
  advance(world)
  expect(world.log.phases).toContain('Succeeded')
  expect(statusOf(world).lastPromotedSpec).toBe('v2:green')
})

test.each([
  [
    [1, 2, 10, 80],
    [1, 2, 10, 80],
  ],
  [
    [1, 2, 10, 200],
    [1, 2, 10, 100],
  ],
  [
    [10, 5, 20, 20, 30],
    [10, 20, 30],
  ],
  [[100], [100]],
])('step weights %j give the weights %j', (stepWeights, want) => {
  const world = idleWorld({ analysis: { stepWeights, stepWeight: 0 } })
  deploy(world, 'green')
  advance(world, 12 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  const weights = world.log.routes.map(({ canary }) => canary)
  expect(weights).toEqual([...want, 0])
})

test.each([
  [{ stepWeight: 40, maxWeight: 100 }, [40, 80, 100]],
  [{ stepWeight: 100 }, [100]],
  [{ stepWeight: 7, maxWeight: 20 }, [7, 14, 21]],
])('weights %j lead to %j', (analysis, want) => {
  const world = idleWorld({ analysis })
  deploy(world, 'green')
  advance(world, 12 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.log.routes.map(({ canary }) => canary)).toEqual([...want, 0])
})

test('an analysis without steps goes straight to its end, rather than nowhere', () => {
  const world = idleWorld({ analysis: { stepWeight: 0 } })
  deploy(world, 'green')
  advance(world, 12 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('failed checks at the threshold roll the canary back', () => {
  const world = underway()
  world.failing = 'err 100.00 > 50'
  const halted = 'W Halt checkout.shop advancement err 100.00 > 50'
  expect(ticks(world, 3)).toEqual([
    ['Progressing 20/0/1 80/20', halted],
    [
      'Failed 0/0/0 100/0',
      halted,
      'W Rolling back checkout.shop failed checks threshold reached 2',
      'W Canary failed! Scaling down checkout.shop',
      'alert error Failed checks threshold reached 2',
    ],
    ['Failed 0/0/0 100/0'],
  ])
  expect(world.target.replicas).toBe(0)
  expect(world.log.calls).toEqual(['rollback Failed', 'post-rollout Failed'])
  expect(statusOf(world).lastPromotedSpec).toBe('v2:blue')
  expect(statusOf(world).history).toMatchObject([{ result: 'Failed', failedChecks: 2 }])

  world.failing = undefined
  deploy(world, 'red')
  expect(rowAndEvents(world)).toEqual([
    'Progressing 20/0/0 80/20',
    scalingUp[0],
    starting,
    advanced(20),
    scalingUp[1],
  ])
})

test('a changed ConfigMap starts a run, and is promoted with it', () => {
  const world = idleWorld({ configs: { 'configmap/checkout-config': 'one' } })
  change(world, (edited) => {
    edited.configs = { 'configmap/checkout-config': 'two' }
  })
  expect(rowAndEvents(world)[0]).toBe('Progressing 20/0/0 80/20')
  expect(statusOf(world)).toMatchObject({
    lastAppliedSpec: 'v2:blue',
    trackedConfigs: { 'configmap/checkout-config': 'two' },
    promotedConfigs: { 'configmap/checkout-config': 'one' },
  })
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.configs).toEqual({ 'configmap/checkout-config': 'two' })
  expect(statusOf(world).promotedConfigs).toEqual({ 'configmap/checkout-config': 'two' })
})

test('a configuration changed during the run restarts the analysis', () => {
  const world = underway({ configs: { 'secret/key': 'one' } })
  advance(world)
  change(world, (edited) => {
    edited.configs = { 'secret/key': 'two' }
  })
  expect(world.log.routes.at(-2)).toMatchObject({ canary: 0 })
  expect(world.log.events).toContain(
    'N New revision detected! Restarting analysis for checkout.shop',
  )
})

test('a new revision during the analysis starts from the beginning', () => {
  const world = underway({ startupMs: 30_000 })
  advance(world, 90_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  rowAndEvents(world)

  deploy(world, 'red')
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/0/0 100/0',
    'N New revision detected! Restarting analysis for checkout.shop',
    targetStarts.replace('of 1', 'of 2'),
  ])
  expect(statusOf(world)).toMatchObject({
    lastAppliedSpec: 'v2:red',
    lastPromotedSpec: 'v2:blue',
    history: [{ id: 1, revision: 'v2:green', result: 'Restarted' }],
    canaryAnalysis: { runId: 2, revision: 'v2:red' },
  })
  advance(world, 30_000)
  expect(rowAndEvents(world)).toEqual(['Progressing 20/0/0 80/20', starting, advanced(20)])
})

test('a target set back to the promoted revision ends the run', () => {
  const world = underway()
  advance(world)
  rowAndEvents(world)
  deploy(world, 'blue')
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
  expect(world.target.replicas).toBe(0)
  expect(statusOf(world).history).toMatchObject([{ result: 'Aborted' }])
  expect(ticks(world, 2)).toHaveLength(2)
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test('a failed canary whose target goes back is well again', () => {
  const world = underway()
  world.failing = 'err 100.00 > 50'
  advance(world, 3 * 60_000)
  expect(row(world)).toBe('Failed 0/0/0 100/0')
  deploy(world, 'blue')
  expect(row(world)).toBe('Initialized 0/0/0 100/0')
})

test('a canary that never becomes ready is rolled back, and somebody is told', () => {
  const world = released({ startupMs: 30_000, broken: ['green'] })
  rowAndEvents(world)
  const why =
    'canary deployment checkout.shop not ready: deployment "checkout" exceeded its progress deadline'
  expect(ticks(world, 1)).toEqual([
    [
      'Failed 0/0/0 100/0',
      `W ${why}`,
      'W Canary failed! Scaling down checkout.shop',
      `alert error Progress deadline exceeded ${why}`,
    ],
  ])
  expect(world.target.replicas).toBe(0)
})

test('a suspended canary is left as it is, and goes on afterwards', () => {
  const world = underway()
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, suspend: true } as typeof resource.spec
  })
  expect(rowAndEvents(world)).toEqual([
    'Progressing 20/0/0 80/20',
    'N skipping canary run as object is suspended',
  ])
  expect(ticks(world, 3).map(([first]) => first)).toEqual(Array(3).fill('Progressing 20/0/0 80/20'))
  change(world, ({ resource }) => {
    if (resource) resource.spec = { ...resource.spec, suspend: false } as typeof resource.spec
  })
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

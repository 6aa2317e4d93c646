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
  type World,
} from '../../support/world.ts'

const scalingUp = [
  'N New revision detected! Scaling up checkout.shop',
  'alert info New revision detected, progressing canary analysis.',
]
const copying = 'N Copying checkout.shop template spec to checkout-primary.shop'
const starting = 'N Starting canary analysis for checkout.shop'
const completed = [
  'N Promotion completed! Scaling down checkout.shop',
  'alert info Canary analysis completed successfully, promotion finished.',
]
const targetStarts =
  'W canary deployment checkout.shop not ready: waiting for rollout to finish: ' +
  '0 out of 1 new replicas have been updated'
const primaryStarts =
  'W checkout-primary.shop not ready: waiting for rollout to finish: ' +
  '0 out of 2 new replicas have been updated'

const advanced = (weight: number) => `N Advance checkout.shop canary weight ${weight}`
const iterated = (done: number, of: number) =>
  `N Advance checkout.shop canary iteration ${done}/${of}`

/** What every interval brings, until nothing happens any more or `ticks` have passed. */
function ticks(world: World, count: number, ms = 60_000): string[][] {
  return Array.from({ length: count }, () => {
    advance(world, ms)
    return rowAndEvents(world)
  })
}

/** A world in which `green` has just been deployed, with the first row still to be read. */
function released(options: Parameters<typeof idleWorld>[0] = {}): World {
  const world = idleWorld(options)
  deploy(world, 'green')
  return world
}

/** The same after the first weight or iteration. */
function underway(options: Parameters<typeof idleWorld>[0] = {}): World {
  const world = released(options)
  rowAndEvents(world)
  return world
}

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

test('A/B testing sends matching users to the canary for so many checks', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = released({ analysis: { iterations: 2, match } })
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/1/0 0/100',
    scalingUp[0],
    starting,
    iterated(1, 2),
    scalingUp[1],
  ])
  expect(ticks(world, 3)).toEqual([
    ['Progressing 0/2/0 0/100', iterated(2, 2)],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('A/B testing moves all traffic back at once, whatever the promotion step', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const world = underway({ analysis: { iterations: 1, match, stepWeightPromotion: 10 } })
  expect(ticks(world, 1)).toEqual([
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
  ])
})

test('blue/green checks without live traffic, switches once, and promotes', () => {
  const world = released({ analysis: { iterations: 2 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 0/2/0 100/0', iterated(2, 2)],
    ['Progressing 0/3/0 0/100', 'N Routing all traffic to canary'],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('blue/green with one iteration makes one check, one switch and one more check', () => {
  const world = released({ analysis: { iterations: 1 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0')
  expect(ticks(world, 3).map(([first]) => first)).toEqual([
    'Progressing 0/2/0 0/100',
    'Finalising 0/0/0 100/0',
    'Succeeded 0/0/0 100/0',
  ])
  expect(world.log.asked).toEqual(['metrics', 'metrics'])
})

test('blue/green with mirroring copies requests until the switch', () => {
  const world = released({ analysis: { iterations: 2, mirror: true } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 0/1/0 100/0m')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 0/2/0 100/0m', iterated(2, 2)],
    ['Progressing 0/3/0 0/100', 'N Stop traffic mirroring and route all traffic to canary'],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
    ['Succeeded 0/0/0 100/0', ...completed],
  ])
})

test('a weighted run with mirroring copies requests before it sends any', () => {
  const world = released({ analysis: { mirror: true } })
  expect(rowAndEvents(world)).toEqual([
    'Progressing 0/0/0 100/0m',
    scalingUp[0],
    starting,
    advanced(0),
    scalingUp[1],
  ])
  expect(ticks(world, 2)).toEqual([
    ['Progressing 20/0/0 80/20', advanced(20)],
    ['Progressing 40/0/0 60/40', advanced(40)],
  ])
})

test('the mirrored share grows with every check, up to its maximum', () => {
  const world = underway({
    analysis: {
      iterations: 5,
      mirror: true,
      mirrorWeight: 10,
      canaryAnalysis: { stepWeightPromotion: 10, maxMirrorWeight: 30 },
    },
  })
  advance(world, 4 * 60_000)
  const shares = world.log.routes.filter(({ mirrored }) => mirrored)
  expect(shares.map(({ mirrorWeight }) => mirrorWeight)).toEqual([10, 20, 30])
  advance(world)
  expect(row(world)).toBe('Progressing 0/6/0 0/100')
})

test.each([
  [{ mirrorWeight: 60, canaryAnalysis: { maxMirrorWeight: 40 } }, 40],
  [{ canaryAnalysis: { maxMirrorWeight: 40 } }, 40],
  [{ mirrorWeight: 60 }, undefined],
])('no more than the maximum is copied: %j', (analysis, share) => {
  const world = underway({ analysis: { iterations: 2, mirror: true, ...analysis } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0m')
  expect(world.routes?.mirrorWeight).toBe(share)
})

test('a maximum of nothing copies nothing', () => {
  const canaryAnalysis = { stepWeightPromotion: 10, maxMirrorWeight: 0 }
  const world = underway({ analysis: { iterations: 2, mirror: true, canaryAnalysis } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0')
})

test('mirroring that is switched off in a run ends with the next check', () => {
  const world = underway({ analysis: { iterations: 4, mirror: true } })
  expect(row(world)).toBe('Progressing 0/1/0 100/0m')
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, { mirror: false })
  })
  expect(ticks(world, 1)).toEqual([['Progressing 0/2/0 100/0', iterated(2, 4)]])
})

test('a weighted run whose mirroring is switched off measures what was copied first', () => {
  const world = underway({ analysis: { mirror: true } })
  expect(row(world)).toBe('Progressing 0/0/0 100/0m')
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, { mirror: false })
  })
  world.failing = 'err 100.00 > 50'
  expect(ticks(world, 1)).toEqual([
    ['Progressing 0/0/1 100/0m', 'W Halt checkout.shop advancement err 100.00 > 50'],
  ])
})

test('iterations beside weights hold the last weight until all checks were made', () => {
  const world = released({ analysis: { stepWeight: 20, maxWeight: 40, iterations: 4 } })
  expect(rowAndEvents(world)[0]).toBe('Progressing 20/1/0 80/20')
  expect(ticks(world, 4)).toEqual([
    ['Progressing 40/2/0 60/40', advanced(40)],
    ['Progressing 40/3/0 60/40', iterated(3, 4)],
    ['Progressing 40/4/0 60/40', iterated(4, 4)],
    ['Finalising 0/0/0 100/0', copying, 'N Routing all traffic to primary'],
  ])
  expect(world.log.asked).toEqual(Array(4).fill('metrics'))
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

import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Fault } from '../../../src/analysis/decision.ts'
import { effectsOf, noAbilities, observation } from '../../support/observation.ts'
import {
  advance,
  annotate,
  change,
  deploy,
  hooksOf,
  idleWorld,
  newWorld,
  row,
  rowAndEvents,
  settle,
  statusOf,
  type World,
  type WorldOptions,
} from '../../support/world.ts'

const doom: Fault = {
  message: 'spec.analysis.metrics[0] err never passes; set query',
  isFatal: true,
  check: { name: 'err', kind: 'metric' },
}
const odd: Fault = { message: 'spec.analysis.threshold 0 counts as 1; set 1', isFatal: false }
const told = (fault: Fault) => `W canary checkout.shop: ${fault.message}`

function faulty(world: World) {
  return statusOf(world).conditions?.find(({ type }) => type === 'Faulty')
}

test('what is wrong is told at first sight, once, and stands in a condition', () => {
  const world = newWorld({ faults: [doom, odd] })
  settle(world)
  expect(world.log.events.filter((text) => text.startsWith('W canary'))).toEqual([
    told(doom),
    told(odd),
  ])
  expect(faulty(world)).toMatchObject({
    status: 'True',
    reason: 'CannotPass',
    message: `${doom.message}\n${odd.message}`,
  })
  expect(statusOf(world).phase).toBe('Initialized')
  rowAndEvents(world)
  change(world, () => {})
  // Another process knows it from the condition.
  Object.assign(world, { startedAt: world.now, reported: [] })
  advance(world, 3_600_000)
  expect(world.log.events).toEqual([])
})

test('what comes later is told then, and what was mended is taken back', () => {
  const world = idleWorld({ faults: [odd] })
  expect(faulty(world)?.reason).toBe('Odd')
  change(world, () => world.faults.unshift(doom))
  expect(world.log.events).toEqual([told(doom)])
  change(world, () => world.faults.splice(0, 2))
  expect(faulty(world)).toBeUndefined()
  expect(statusOf(world).conditions).toMatchObject([{ type: 'Promoted' }])
})

test('the condition outlives phases', () => {
  const world = idleWorld({ faults: [odd] })
  const condition = faulty(world)
  deploy(world, 'green')
  advance(world, 10 * 60_000)
  expect(statusOf(world).phase).toBe('Succeeded')
  expect(faulty(world)).toEqual(condition)
})

test('many faults are five events, and all of them lines of the condition', () => {
  const faults = Array.from({ length: 9 }, (_, at) => ({
    message: `spec.x[${at}]; mend`,
    isFatal: false,
  }))
  const world = idleWorld()
  change(world, () => world.faults.push(...faults))
  expect(world.log.events).toHaveLength(6)
  expect(world.log.events.at(-1)).toMatch(/4 more faults; see condition Faulty/)
  expect(faulty(world)?.message?.split('\n')).toHaveLength(9)
})

test('what holds the canary stands in the condition as well', () => {
  const problems = ['canary checkout.shop: spec.service.port is missing; set it']
  const effects = effectsOf(decide(observation({ problems }), {}))
  const conditions = effects.flatMap((effect) =>
    effect.kind === 'status' ? (effect.change.conditions ?? []) : [],
  )
  expect(conditions).toMatchObject([
    { type: 'Faulty', reason: 'Invalid', message: 'spec.service.port is missing; set it' },
  ])
  expect(effects.filter(({ kind }) => kind === 'report')).toHaveLength(1)
})

test.each<[string, WorldOptions]>([
  ['weights', {}],
  ['an A/B test', { analysis: { iterations: 3, match: [{ headers: { x: { exact: '1' } } }] } }],
  ['blue/green', { analysis: { iterations: 3 } }],
  ['plain Kubernetes', { analysis: { iterations: 3 }, abilities: noAbilities }],
])('a run by %s that can not pass fails without one user on the canary', (_, options) => {
  const world = idleWorld({ ...options, faults: [doom] })
  deploy(world, 'green')
  expect(row(world)).toMatch(/^Progressing 0\/0\/1/)
  advance(world, 60_000)
  expect(world.log.phases).toEqual(['Progressing', 'Failed'])
  expect(world.log.routes).toEqual([])
  expect(world.log.events).toContain(`W Halt checkout.shop advancement ${doom.message}`)
  expect(statusOf(world).canaryAnalysis?.checks).toMatchObject([
    { name: 'err', ok: false, error: doom.message },
  ])
})

test('no hook is called for a run that can not pass', () => {
  const world = idleWorld({ faults: [doom], analysis: { webhooks: hooksOf('pre-rollout') } })
  deploy(world, 'green')
  expect(world.log.asked).toEqual([])
})

test('a run goes on as soon as its fault is mended', () => {
  const world = idleWorld({ faults: [doom], analysis: { threshold: 3 } })
  deploy(world, 'green')
  change(world, () => world.faults.pop())
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 20/0/1 80/20')
})

test('who orders a promotion, or skips the analysis, is not held by what it would check', () => {
  const skipped = idleWorld({ faults: [doom], spec: { skipAnalysis: true } })
  deploy(skipped, 'green')
  expect(row(skipped)).toBe('Succeeded 0/0/0 100/0')
  const ordered = idleWorld({ faults: [doom] })
  deploy(ordered, 'green')
  annotate(ordered, 'promote', { mode: 'full' })
  advance(ordered, 2 * 60_000)
  expect(row(ordered)).toBe('Succeeded 0/0/1 100/0')
})

test('a fault of no check fails the run early, and is no result of one', () => {
  const fault = { message: 'spec.analysis.webhooks[0] has no url; set it', isFatal: true }
  const seen = observation({
    faults: [fault],
    canary: {
      status: {
        ...{ phase: 'Progressing', lastAppliedSpec: 'v2:green' },
        canaryAnalysis: { runId: 1, startedAt: '2030-01-01T11:00:00Z' },
      },
    },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
  })
  const decision = decide(seen, {})
  expect(decision.rule).toBe('nothingCanPass')
  expect(effectsOf(decision)).toContainEqual({
    kind: 'status',
    change: expect.objectContaining({
      failedChecks: 1,
      canaryAnalysis: expect.objectContaining({ checks: [], reason: fault.message }),
    }),
  })
})

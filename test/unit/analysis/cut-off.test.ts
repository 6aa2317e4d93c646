import { expect, test } from 'vitest'
import {
  advance,
  annotate,
  change,
  deploy,
  hooksOf,
  idleWorld,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'

/** The process dies right after the first write of the next step. */
function dieAfterOneWrite(world: World): void {
  world.effectsLeft = 1
  advance(world, 60_000)
}

test('a weight that was set and not noted gets its interval, and its own checks', () => {
  const world = idleWorld()
  deploy(world, 'green')
  dieAfterOneWrite(world)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  expect(world.log.events).toContain('N Advance checkout.shop canary weight 40')
  advance(world, 59_999)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  advance(world, 1)
  expect(row(world)).toBe('Progressing 60/0/0 40/60')
})

test('the same where the status has no room for our own fields', () => {
  const world = idleWorld({ prunes: true })
  deploy(world, 'green')
  advance(world, 60_000)
  dieAfterOneWrite(world)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 60/0/0 40/60')
})

test('a weight that somebody raises in a run counts for no step: the run goes on from its own', () => {
  const world = idleWorld({ analysis: { stepWeight: 10, maxWeight: 30 } })
  deploy(world, 'green')
  change(world, (edited) => {
    edited.routes = { primary: 0, canary: 100, mirrored: false }
  })
  expect(row(world)).toBe('Progressing 10/0/0 0/100')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  expect(world.log.events).toContain(
    'W checkout.shop had weight 100, to which no check led: somebody else set it; the run goes on from 10',
  )
})

test('the next weight of a run, set by somebody else, is no step of it', () => {
  const world = idleWorld({ analysis: { stepWeight: 10, maxWeight: 30 } })
  deploy(world, 'green')
  change(world, (edited) => {
    edited.routes = { primary: 80, canary: 20, mirrored: false }
    edited.routesWriter = 'kubectl-edit'
  })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  expect(world.log.events.join()).toContain('kubectl-edit set it; the run goes on from 10')
})

test('a weight that somebody lowers in a run is where the next step starts', () => {
  const world = idleWorld({ analysis: { stepWeight: 10 } })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Progressing 30/0/0 70/30')
  change(world, (edited) => {
    edited.routes = { primary: 95, canary: 5, mirrored: false }
  })
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 15/0/0 85/15')
})

test('who sends users to a canary before its first step skips no hook', () => {
  const world = idleWorld({ analysis: { webhooks: hooksOf('pre-rollout') }, startupMs: 10_000 })
  deploy(world, 'green')
  change(world, (edited) => {
    edited.routes = { primary: 50, canary: 50, mirrored: false }
  })
  advance(world, 10_000)
  expect(world.log.asked).toContain('hooks:pre-rollout')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

test.each([
  ['blue/green', { iterations: 4 }],
  ['blue/green with copies', { iterations: 4, mirror: true }],
])('%s: a switch by hand counts for no check', (_, analysis) => {
  const world = idleWorld({ analysis })
  deploy(world, 'green')
  advance(world, 60_000)
  change(world, (edited) => {
    edited.routes = { primary: 0, canary: 100, mirrored: false }
  })
  advance(world, 20 * 60_000)
  expect(row(world)).toMatch(/^Succeeded/)
  expect(world.log.asked.filter((key) => key === 'metrics')).toHaveLength(5)
})

test('a copy that was made and not noted is a promotion that has begun', () => {
  const world = idleWorld({ startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 10_000 + 2 * 60_000)
  world.failsOncePromoted = true
  dieAfterOneWrite(world)
  expect(row(world)).toBe('Promoting 60/0/0 40/60')
  expect(world.log.events).toContain(
    'N Copying checkout.shop template spec to checkout-primary.shop',
  )
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(statusOf(world).lastPromotedSpec).toBe('v2:green')
})

test('a restart of what is promoted already is analysed all the same', () => {
  const world = idleWorld()
  annotate(world, 'restart')
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
})

test('the failure of what is promoted already stands for a moment before it is over', () => {
  const world = idleWorld({ analysis: { threshold: 1 } })
  annotate(world, 'restart')
  world.failing = 'err 9.00 > 5'
  advance(world, 60_000)
  expect(statusOf(world).phase).toBe('Failed')
  advance(world, 2_000)
  expect(statusOf(world).phase).toBe('Initialized')
})

const match = [{ headers: { cookie: { exact: 'beta' } } }]

test.each([
  ['an A/B test', { iterations: 2, match }, 0, 'Progressing 0/1/0 0/100', 'iteration 1/2'],
  ['copied requests', { iterations: 2, mirror: true }, 0, 'Progressing 0/1/0 100/0m', '1/2'],
  ['the switch', { iterations: 2 }, 2, 'Progressing 0/3/0 0/100', 'all traffic to canary'],
])('%s: the step that was not noted counts, and is told', (_, analysis, minutes, want, told) => {
  const world = idleWorld({ analysis, startupMs: 1_000 })
  deploy(world, 'green')
  advance(world, minutes * 60_000 + 999)
  world.effectsLeft = 1
  advance(world, 1)
  expect(row(world)).toBe(want)
  expect(world.log.events.at(-1)).toContain(told)
  advance(world, 59_000)
  expect(row(world)).toBe(want)
})

import { expect, test } from 'vitest'
import {
  advance,
  change,
  deploy,
  idleWorld,
  row,
  statusOf,
  type World,
} from '../../support/world.ts'

const match = [{ headers: { cookie: { exact: 'beta' } } }]

function edit(world: World, analysis: object): void {
  change(world, ({ resource }) => {
    if (resource) Object.assign(resource.spec.analysis, analysis)
  })
}

test.each([
  ['blue/green', { match: [] }, 'Progressing 0/1/0 100/0'],
  ['weights', { match: [], iterations: 0, stepWeight: 10 }, 'Progressing 10/0/0 90/10'],
])('an A/B test that becomes %s lets nobody in unmeasured: it starts anew', (_, analysis, want) => {
  const world = idleWorld({ analysis: { iterations: 5, match } })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Progressing 0/3/0 0/100')
  world.log.routes = []
  edit(world, analysis)
  expect(world.log.routes[0]).toMatchObject({ primary: 100, canary: 0 })
  expect(row(world)).toBe(want)
  expect(world.log.events).toContain('N Strategy changed! Restarting analysis for checkout.shop')
  expect(statusOf(world).history?.[0]).toMatchObject({ result: 'Restarted' })
  advance(world, 20 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
})

test('an A/B test without its match is closed also while no pod of the primary is ready', () => {
  const world = idleWorld({ analysis: { iterations: 5, match }, startupMs: 10_000 })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  expect(row(world)).toBe('Progressing 0/2/0 0/100')
  if (world.primary) world.primary.readyAt = new Date(world.now.getTime() + 30_000)
  edit(world, { match: [] })
  expect(row(world)).toBe('Progressing 0/1/0 100/0')
})

test('weights that become an A/B test start anew, for those who match', () => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  edit(world, { iterations: 2, stepWeight: 0, maxWeight: 0, match })
  expect(row(world)).toBe('Progressing 0/1/0 0/100')
  expect(world.log.routes.at(-2)).toMatchObject({ primary: 100, canary: 0 })
})

test('other weights in a run go on from where it is', () => {
  const world = idleWorld()
  deploy(world, 'green')
  advance(world, 60_000)
  edit(world, { stepWeight: 0, stepWeights: [5, 50, 90], maxWeight: 0 })
  expect(row(world)).toBe('Progressing 40/0/0 60/40')
  advance(world, 60_000)
  expect(row(world)).toBe('Progressing 50/0/0 50/50')
  edit(world, { stepWeights: [5, 10] })
  advance(world, 60_000)
  expect(row(world)).toBe('Finalising 0/0/0 100/0')
})

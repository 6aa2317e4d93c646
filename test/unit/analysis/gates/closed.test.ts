import { describe, expect, test } from 'vitest'
import {
  advance,
  change,
  deploy,
  hooksOf,
  idleWorld,
  row,
  rowAndEvents,
  statusOf,
  type World,
} from '../../../support/world.ts'
import { heldAt } from './ticks.ts'

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
  const world = heldAt('confirm-promotion', { analysis: { threshold: 5 } })
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
  const why = `<html>\n  <h1>403</h1>\n${'x'.repeat(2_000)}`
  const world = heldAt('confirm-rollout', { why })
  expect(gateIn(world)?.reason).toMatch(/^<html> <h1>403<\/h1> x+…$/)
  expect(gateIn(world)?.reason).toHaveLength(512)
})

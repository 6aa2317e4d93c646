import { expect, test } from 'vitest'
import { advance, deploy, hooksOf, idleWorld, row, type World } from '../../../support/world.ts'
import { starting, tick } from './ticks.ts'

function phases(world: World, count: number): string[] {
  return Array.from({ length: count }, () => tick(world)[0] ?? '')
}

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

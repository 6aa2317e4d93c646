import { expect, test } from 'vitest'
import { advance, deploy, hooksOf, idleWorld, row, rowAndEvents } from '../../support/world.ts'
import { starting, tick } from './gates/ticks.ts'

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

test('the start of an analysis is said again where its hooks failed, as by Flagger', () => {
  const world = idleWorld({
    analysis: { threshold: 5, webhooks: hooksOf('pre-rollout') },
    closed: ['pre-rollout'],
  })
  deploy(world, 'green')
  advance(world, 2 * 60_000)
  world.closed = []
  advance(world)
  expect(row(world)).toBe('Progressing 20/0/3 80/20')
  expect(world.log.events.filter((text) => text === starting)).toHaveLength(4)
})

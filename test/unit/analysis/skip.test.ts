import { expect, test } from 'vitest'
import { advance, deploy, idleWorld, row, statusOf, type World } from '../../support/world.ts'

/** `green` is promoted without analysis, and the primary's pods are starting. */
function copying(): World {
  const world = idleWorld({ spec: { skipAnalysis: true }, startupMs: 30_000 })
  deploy(world, 'green')
  advance(world, 30_000)
  expect(world.primary?.revision).toBe('green')
  expect(statusOf(world).phase).toBe('Progressing')
  return world
}

test.each(['red', 'blue'])('a revision %s that comes after the copy has its own run', (next) => {
  const world = copying()
  deploy(world, next)
  advance(world, 5 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(world.primary?.revision).toBe(next)
  expect(statusOf(world)).toMatchObject({ lastPromotedSpec: `v2:${next}` })
})

test('a target that goes from the copy over another revision back to the first is promoted', () => {
  const world = copying()
  deploy(world, 'red')
  deploy(world, 'blue')
  advance(world, 5 * 60_000)
  expect(world.primary?.revision).toBe('blue')
})

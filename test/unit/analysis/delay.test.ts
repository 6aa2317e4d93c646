import { expect, test } from 'vitest'
import { advance, deploy, idleWorld, row } from '../../support/world.ts'

test('no metric is checked before the delay is over', () => {
  const world = idleWorld({ analysis: { delay: '90s' }, startupMs: 30_000 })
  deploy(world, 'green')
  advance(world, 119_000)
  expect(row(world)).toBe('Progressing 0/0/0 100/0')
  advance(world, 1_000)
  expect(row(world)).toBe('Progressing 20/0/0 80/20')
})

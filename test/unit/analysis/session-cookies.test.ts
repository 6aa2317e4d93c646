import { expect, test } from 'vitest'
import { advance, deploy, idleWorld, row, statusOf } from '../../support/world.ts'

test('session cookies live from the first weight to the end of the run', () => {
  const sessionAffinity = { cookieName: 'fc', primaryCookieName: 'pc' }
  const world = idleWorld({ analysis: { sessionAffinity } })
  deploy(world, 'green')
  const { sessionAffinityCookie: first, primarySessionAffinityCookie: primary } = statusOf(world)
  expect(first).toMatch(/^fc=[a-z]{10}$/)
  expect(primary).toMatch(/^pc=[a-z]{10}$/)
  advance(world, 60_000)
  expect(statusOf(world).sessionAffinityCookie).toBe(first)
  advance(world, 4 * 60_000)
  expect(row(world)).toBe('Succeeded 0/0/0 100/0')
  expect(statusOf(world)).toMatchObject({
    previousSessionAffinityCookie: first,
    primarySessionAffinityCookie: primary,
  })
  expect(statusOf(world)).not.toHaveProperty('sessionAffinityCookie')
  deploy(world, 'red')
  expect(statusOf(world).sessionAffinityCookie).not.toBe(first)
})

import { expect, test } from 'vitest'
import { movingFirst } from '../../../../commands/following/moving-first.ts'
import { before, canary, now, progressing } from '../builders.ts'

test('what moves comes first, and idle canaries come last', () => {
  const of = (name: string, status: object) => canary({ name, status }).resource
  const fresh = { ...progressing, lastTransitionTime: before(5) }
  const rows = [
    of('a-idle', { ...fresh, phase: 'Succeeded' }),
    of('b-failed', { ...fresh, phase: 'Failed' }),
    of('z-moving', fresh),
    of('y-moving', fresh),
    of('c-waiting', { ...fresh, phase: 'Waiting' }),
  ]
  expect(movingFirst(rows, now).map(({ metadata }) => metadata.name)).toEqual([
    'y-moving',
    'z-moving',
    'b-failed',
    'c-waiting',
    'a-idle',
  ])
})

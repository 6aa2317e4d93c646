import { expect, test } from 'vitest'
import { serverClock } from '../../../../commands/shell/server-clock.ts'
import { systemClock } from '../../../../src/io/clock.ts'

function at(time: string) {
  return serverClock({ ...systemClock, now: () => new Date(time) })
}

test('ages are told by the clock of the server, once it has answered', () => {
  const clock = at('2026-11-20T14:07:14Z')
  expect(clock.now()).toEqual(new Date('2026-11-20T14:07:14Z'))
  clock.hear('Fri, 20 Nov 2026 14:02:14 GMT')
  expect(clock.now()).toEqual(new Date('2026-11-20T14:02:14Z'))
})

test('a difference of seconds is the way of the answer, and no date is none', () => {
  const clock = at('2026-11-20T14:07:14.900Z')
  clock.hear('Fri, 20 Nov 2026 14:07:13 GMT')
  clock.hear(undefined)
  clock.hear('soon')
  expect(clock.now()).toEqual(new Date('2026-11-20T14:07:14.900Z'))
})

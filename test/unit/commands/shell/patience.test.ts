import { expect, test } from 'vitest'
import { tellPatience } from '../../../../commands/shell/patience.ts'
import { fakeClock } from '../../io/fake-clock.ts'
import { fakeTerminal } from '../fake-terminal.ts'

function given() {
  const clock = fakeClock()
  const { terminal, written } = fakeTerminal(80, 24)
  return { clock, written, patience: tellPatience(terminal, 'https://10.0.0.1', clock) }
}

test('a first answer that takes three seconds is said to be waited for, once', () => {
  const { clock, written } = given()
  clock.step(2_999)
  expect(written()).toBe('')
  clock.step(600_000)
  expect(written()).toBe(
    'note: waiting for an answer of https://10.0.0.1; --request-timeout ends that sooner\n',
  )
})

test('nothing is said once the answer is there', () => {
  const { clock, written, patience } = given()
  clock.step(2_999)
  patience.end()
  clock.step(600_000)
  expect(written()).toBe('')
})

import { expect, test } from 'vitest'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import type { UnsentAlert } from '../../../../src/canary/api.gen.ts'

const alert = (id: string): UnsentAlert => ({
  ...{ id, occasion: 'failed', severity: 'error', message: 'Rolling back' },
})

test('an alert is noted until each of its receivers has heard, and who has', () => {
  const correspondence = createCorrespondence()
  const noted = correspondence.noted(undefined, [alert('a')])
  expect(noted).toEqual({ unsent: [alert('a')] })
  correspondence.begin('a', 2)
  expect(correspondence.told('a', 'slack')).toBe(false)
  expect(correspondence.noted(noted)).toEqual({ unsent: [{ ...alert('a'), told: ['slack'] }] })
  expect(correspondence.told('a', 'teams')).toBe(true)
  expect(correspondence.noted(noted)).toBeUndefined()
})

test('an alert that no receiver took is known only as long as the status has it', () => {
  const correspondence = createCorrespondence()
  const noted = correspondence.noted(undefined, [alert('a')])
  correspondence.begin('a', 1)
  correspondence.noted(noted)
  expect(correspondence.knows('a')).toBe(true)
  const later = Array.from({ length: 20 }, (_, at) => alert(`b${at}`))
  const full = correspondence.noted(noted, later)
  expect(full?.unsent).toEqual(later)
  correspondence.noted(full)
  expect(correspondence.knows('a')).toBe(false)
  expect(correspondence.told('a', 'slack')).toBe(false)
  expect(correspondence.noted(full)).toEqual(full)
})

test('of ever new receivers only the last threads are known, and the status has the newest', () => {
  const correspondence = createCorrespondence()
  const receivers = Array.from({ length: 1_000 }, (_, at) => `channel ${at}`)
  const open = (receiver: string) =>
    correspondence.opened({ receiver, run: 1, channel: 'c', id: `thread of ${receiver}` })
  for (const receiver of receivers) {
    open(receiver)
    // One that is heard of again and again is not among the oldest.
    open('channel 0')
  }
  const known = receivers.filter((one) => correspondence.threadOf(one, 1) !== undefined)
  expect(known).toEqual(['channel 0', ...receivers.slice(-99)])
  const noted = correspondence.noted(undefined)
  expect(noted?.threads?.map(({ receiver }) => receiver)).toEqual([
    ...receivers.slice(-9),
    'channel 0',
  ])
})

test('a thread that its service does not take any more is not taken from the status again', () => {
  const correspondence = createCorrespondence()
  const thread = { receiver: 'slack', run: 1, channel: 'c', id: 'a' }
  const noted = correspondence.noted({ threads: [thread] })
  expect(noted).toEqual({ threads: [thread] })
  correspondence.closed('slack')
  expect(correspondence.noted(noted)).toBeUndefined()
  expect(correspondence.threadOf('slack', 1)).toBeUndefined()
})

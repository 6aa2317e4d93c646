import { expect, test } from 'vitest'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import { withUnsentAlerts } from '../../../../controller/tick/unsent-alerts.ts'
import type { Effect } from '../../../../src/analysis/decision.ts'
import type { AlertingStatus } from '../../../../src/canary/api.gen.ts'
import { noon, observation } from '../../../support/observation.ts'

const alert: Effect = {
  ...{ kind: 'alert', occasion: 'failed', severity: 'error' },
  ...{ message: 'It broke', fields: true },
}
const status: Effect = { kind: 'status', change: { phase: 'Failed' } }
const event: Effect = { kind: 'event', type: 'Warning', message: 'It broke', phase: 'Failed' }
const id = `${noon.toISOString()}/2`

function noted(
  effects: Effect[],
  alerting?: AlertingStatus,
  { correspondence = createCorrespondence(), hears = true, metadata = {} } = {},
): Effect[] {
  const canary = { status: { canaryAnalysis: { runId: 3 }, ...(alerting && { alerting }) } }
  const seen = observation({ canary: { ...canary, metadata } })
  return withUnsentAlerts(effects, seen, { correspondence, hears: () => hears })
}

const unsent = {
  id,
  occasion: 'failed',
  severity: 'error',
  message: 'It broke',
  fields: true,
  run: 3,
} as const

test('an alert is noted by the write that makes it true', () => {
  expect(noted([status, event, alert])).toEqual([
    { kind: 'status', change: { phase: 'Failed', alerting: { unsent: [unsent] } } },
    event,
    { ...alert, id, run: 3 },
  ])
})

test('where nothing else is written, the alert is, before it is sent', () => {
  const own = { ...unsent, id: `${noon.toISOString()}/0` }
  expect(noted([alert])).toEqual([
    { kind: 'status', change: { alerting: { unsent: [own] } } },
    { ...alert, id: own.id, run: 3 },
  ])
})

test('of what nobody hears nothing is noted', () => {
  expect(noted([status, event, alert], undefined, { hears: false })).toEqual([status, event, alert])
})

test('a canary that is being deleted tells what it has to, and notes nothing', () => {
  const metadata = { deletionTimestamp: noon.toISOString() }
  expect(noted([alert], undefined, { metadata })).toEqual([alert])
})

test('an alert on its way is left alone, and is taken out of the status once all have heard', () => {
  const correspondence = createCorrespondence()
  correspondence.begin(id, 2)
  const look = () => noted([], { unsent: [unsent] }, { correspondence })
  expect(look()).toEqual([])
  expect(correspondence.told(id, 'test/chat')).toBe(false)
  expect(look()).toEqual([
    { kind: 'status', change: { alerting: { unsent: [{ ...unsent, told: ['test/chat'] }] } } },
  ])
  expect(correspondence.told(id, 'test/pager')).toBe(true)
  expect(look()).toEqual([{ kind: 'status', change: { alerting: undefined } }])
})

test('what a process left behind is sent by the next one, to those who have not heard', () => {
  const left = { ...unsent, told: ['test/chat'] }
  expect(noted([], { unsent: [left] })).toEqual([
    { ...alert, id, run: 3, told: ['test/chat'], decidedAt: noon.toISOString() },
  ])
})

test('what nobody could be told for a day is no news any more', () => {
  const old = { ...unsent, id: '2029-12-31T11:59:59.000Z/0' }
  expect(noted([], { unsent: [old] })).toEqual([
    { kind: 'status', change: { alerting: undefined } },
  ])
})

test('the thread of a run outlives the process, and is none of the next run', () => {
  const thread = { receiver: 'test/chat', run: 3, channel: 'C1', id: '1.2' }
  const correspondence = createCorrespondence()
  expect(noted([], { threads: [thread] }, { correspondence })).toEqual([])
  expect(correspondence.threadOf('test/chat', 3)).toEqual({ channel: 'C1', id: '1.2' })
  expect(correspondence.threadOf('test/chat', 4)).toBeUndefined()
  correspondence.opened({ ...thread, run: 4, id: '5.6' })
  expect(noted([], { threads: [thread] }, { correspondence })).toEqual([
    { kind: 'status', change: { alerting: { threads: [{ ...thread, run: 4, id: '5.6' }] } } },
  ])
})

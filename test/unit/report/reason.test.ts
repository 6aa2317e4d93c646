import { expect, test } from 'vitest'
import type { CanaryStatus, Gate, JudgeStatus } from '../../../src/canary/api.gen.ts'
import { reasonOf } from '../../../src/report/reason.ts'
import type { Seen } from '../../../src/report/report.ts'
import type { CanaryOptions } from '../../support/canary-object.ts'
import { workloadObjects } from '../../support/workload-objects.ts'
import { before, canary, now, progressing, report } from '../commands/builders.ts'

const reason = (of: CanaryOptions, more: Partial<Seen> = {}) =>
  reasonOf(report(canary({ status: progressing, ...of }), { events: [], ...more }))

const warning = (seconds: number, message: string) => ({
  ...{ at: before(seconds), type: 'Warning', reason: 'Synced', message, count: 1 },
})
const run = progressing.canaryAnalysis
const well: CanaryStatus = { ...progressing, canaryAnalysis: { ...run, checks: [] } }
const idle: CanaryStatus = { ...well, phase: 'Succeeded', lastPromotedSpec: 'v2:6c9d7f31a0' }

test('a run that goes well, and an idle canary, need nobody', () => {
  expect(reason({ status: well })).toEqual({ text: '', needsAttention: false })
  expect(reason({ status: idle })).toEqual({ text: '', needsAttention: false })
})

test('what the judge would have done in the shadow is told where nothing else is, and needs nobody', () => {
  const plan = { ...{ ratio: 2, ignoreBelow: 0.1, falseRollback: 1, missed: 5 }, scheduledLooks: 5 }
  const judge: JudgeStatus = {
    ...{ version: 1, shadow: true, verdict: 'Fail', plan: { ...plan, plannedLooks: 60 } },
    ...{ startedAt: before(600), lastLook: before(60), wouldRollBackAt: before(360) },
  }
  const told = (of: CanaryStatus, more: Partial<JudgeStatus> = {}) =>
    reason({
      status: { ...of, canaryAnalysis: { ...well.canaryAnalysis, judge: { ...judge, ...more } } },
    })
  const text = 'the judge would have rolled back after 4m'
  expect(told(well)).toEqual({ text, needsAttention: false })
  expect(told(idle)).toEqual({ text, needsAttention: false })
  expect(told(well, { startedAt: 'soon' }).text).toBe('the judge would have rolled back')
  expect(reason({ status: { ...progressing, canaryAnalysis: { ...run, judge } } }).text).toMatch(
    /^request-duration 512ms/,
  )
})

test('a check that failed last is told with value, limit and count', () => {
  expect(reason({}).text).toBe('request-duration 512ms > 500ms (2 of 5 failed)')
})

test('a pause names who asked for it, and why', () => {
  const paused = { since: before(60), by: 'bob', reason: 'database team' }
  expect(reason({ status: { ...well, canaryAnalysis: { ...run, paused } } }).text).toBe(
    'paused by bob: "database team"',
  )
  expect(reason({ spec: { suspend: true } }).text).toBe('suspended: spec.suspend is true')
})

test('a gate is told with what its hook said', () => {
  const gate: Gate = {
    type: 'confirm-promotion',
    name: 'approval',
    since: before(60),
    reason: 'ticket OPS-1 is open',
  }
  const status: CanaryStatus = {
    ...well,
    phase: 'WaitingPromotion',
    canaryAnalysis: { ...run, gate },
  }
  expect(reason({ status }).text).toBe(
    'waits for the gate "approval" (confirm-promotion): ticket OPS-1 is open',
  )
})

test('a failure is told with its cause', () => {
  const history = [
    { id: 12, result: 'Aborted', reason: 'aborted by jane: 5xx', endedAt: before(60) } as const,
  ]
  expect(reason({ status: { ...idle, phase: 'Failed', history } }).text).toBe(
    'aborted by jane: 5xx',
  )
})

test('pods that do not start are told with the reason that Kubernetes gives', () => {
  const { deployment, pods } = workloadObjects({
    ...{ name: 'podinfo', image: 'podinfo:nosuch', replicas: 2, hash: '5f6c8d9b7d' },
  })
  const target = { ...deployment, status: { readyReplicas: 0 } }
  const waiting = { reason: 'ImagePullBackOff', message: 'no such image' }
  const status = { phase: 'Pending', containerStatuses: [{ ready: false, state: { waiting } }] }
  const targetPods = pods.map((pod) => ({ ...pod, status }))
  expect(reason({ status: well }, { target, targetPods })).toEqual({
    text: 'waits for pods: 0 of 2 ready (ImagePullBackOff)',
    needsAttention: true,
  })
})

test('pods of a DaemonSet are counted by the nodes that it wants', () => {
  const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' }
  const target = {
    ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'podinfo' } },
    status: { desiredNumberScheduled: 4, numberReady: 3 },
  }
  const primary = { ...target, status: { desiredNumberScheduled: 4, numberReady: 4 } }
  const told = reason({ status: well, spec: { targetRef } }, { target, primary })
  expect(told.text).toBe('waits for pods: 3 of 4 ready')
})

test('pods that merely start need nobody yet', () => {
  const { deployment } = workloadObjects({
    ...{ name: 'podinfo', image: 'podinfo:2', replicas: 2, hash: '5f6c8d9b7d' },
  })
  const target = { ...deployment, status: { readyReplicas: 0 } }
  const since = (seconds: number): CanaryStatus => ({
    ...well,
    canaryAnalysis: { ...well.canaryAnalysis, startedAt: before(seconds) },
  })
  const text = 'waits for pods: 0 of 2 ready'
  expect(reason({ status: since(9) }, { target })).toEqual({ text, needsAttention: false })
  expect(reason({ status: since(90) }, { target })).toEqual({ text, needsAttention: true })
})

test('a spec that makes no sense is told as the controller found it', () => {
  const message = 'analysis.metrics[0] error-rate has neither query nor templateRef'
  const warnings = [{ code: 'CAN001', message }]
  expect(reason({ status: idle }, { warnings })).toEqual({ text: message, needsAttention: true })
})

test('a controller that is gone is told with what tells so', () => {
  const life = {
    alive: false,
    lease: 'flagger/x',
    renewedAt: null,
    why: 'there is no lease flagger/x',
  }
  expect(reason({ status: well }, { life }).text).toBe(
    `no controller works on it since ${before(22)}: there is no lease flagger/x`,
  )
})

test('a target that is missing needs somebody at once, however young the canary is', () => {
  const status: CanaryStatus = { ...well, phase: 'Initializing', lastTransitionTime: before(1) }
  const metadata = { creationTimestamp: before(2) }
  expect(reason({ status, metadata }, { target: undefined })).toEqual({
    text: 'waits for its target: deployment/podinfo is missing',
    needsAttention: true,
  })
  expect(reason({ status, metadata }, { primary: undefined }).needsAttention).toBe(false)
})

test('a target or a primary that is gone in a run is named', () => {
  expect(reason({ status: well }, { target: undefined }).text).toBe(
    'waits for its target: deployment/podinfo is missing',
  )
  expect(reason({ status: well }, { primary: undefined }).text).toBe(
    'waits for its primary: deployment/podinfo-primary is missing',
  )
})

test('what the controller says again and again is told, of idle canaries too', () => {
  const invalid = 'canary podinfo.test: spec.analysis.metrics[0] has neither query nor templateRef'
  expect(reason({ status: idle }, { events: [warning(10, invalid)] })).toEqual({
    text: invalid,
    needsAttention: true,
  })
})

test('a warning of before the last step, or of long ago, is over', () => {
  expect(reason({ status: well }, { events: [warning(30, 'Halt')] }).text).toBe('')
  const quiet = { ...idle, lastTransitionTime: before(9000) }
  expect(reason({ status: quiet }, { events: [warning(1200, 'hook failed')] }).text).toBe('')
})

test('a warning of the second of the last step comes after it, and is told', () => {
  const status = { ...idle, lastTransitionTime: before(30) }
  expect(reason({ status }, { events: [warning(30, 'alert not sent')] }).text).toBe(
    'alert not sent',
  )
  expect(reason({ status }, { events: [warning(31, 'not ready')] }).text).toBe('')
})

test('a warning that good news followed is over', () => {
  const good = { ...warning(5, 'Initialization done!'), type: 'Normal' }
  expect(reason({ status: idle }, { events: [warning(10, 'not ready'), good] }).text).toBe('')
})

test('a request that nobody answers is told with who asked', () => {
  const asked = { id: 'x', at: before(120), by: 'jane' }
  const annotations = { 'flagger.app/promote': JSON.stringify(asked) }
  expect(reason({ status: well, metadata: { annotations } }).text).toBe(
    `nobody has answered the request promote by jane of ${before(120)}`,
  )
})

test('a canary that no controller has seen says so, once there was time for it', () => {
  const status: CanaryStatus = {}
  expect(reason({ status }).text).toBe('no controller has looked at it yet')
  const metadata = { creationTimestamp: now.toISOString() }
  expect(reason({ status, metadata }).needsAttention).toBe(false)
})

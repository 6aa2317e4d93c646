import { expect, test } from 'vitest'
import { type Pod, podTroubles } from '../../../../src/workloads/pods/pod-trouble.ts'

const pod = (name: string, status: Pod['status'], metadata: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  status: status ?? {},
})

test('an image that can not be pulled is named by the words of the kubelet', () => {
  const message = 'Back-off pulling image "podinfo:nosuch"'
  const waiting = { reason: 'ImagePullBackOff', message }
  const stuck = { phase: 'Pending', containerStatuses: [{ ready: false, state: { waiting } }] }
  expect(podTroubles([pod('a', stuck), pod('b', stuck)])).toEqual([
    { name: 'a', reason: 'ImagePullBackOff', message },
  ])
})

test('a crash loop says how the container ended', () => {
  const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting' } }
  const lastState = { terminated: { reason: 'OOMKilled', exitCode: 137 } }
  const crashing = { phase: 'Running', containerStatuses: [{ ready: false, state, lastState }] }
  expect(podTroubles([pod('a', crashing)])).toEqual([
    {
      name: 'a',
      reason: 'CrashLoopBackOff',
      message: 'the last container: OOMKilled, exit code 137',
    },
  ])
})

test('a pod that fits on no node says why', () => {
  const message = '0/3 nodes are available: 3 Insufficient cpu.'
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
  expect(podTroubles([pod('a', { phase: 'Pending', conditions })])).toEqual([
    { name: 'a', reason: 'Unschedulable', message },
  ])
})

test('a pod that runs and answers no probe is not ready', () => {
  const message = 'containers with unready status: [podinfod]'
  const conditions = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message }]
  const running = { phase: 'Running', conditions, containerStatuses: [{ ready: false, state: {} }] }
  expect(podTroubles([pod('a', running)])).toEqual([{ name: 'a', reason: 'NotReady', message }])
})

test('pods that are ready, or on their way out, are no trouble', () => {
  const ready = [{ type: 'Ready', status: 'True' }]
  const gone = { deletionTimestamp: '2030-01-01T00:00:00Z' }
  const waiting = { reason: 'ImagePullBackOff' }
  expect(
    podTroubles([
      pod('a', { phase: 'Running', conditions: ready, containerStatuses: [{ ready: true }] }),
      pod('b', { containerStatuses: [{ ready: false, state: { waiting } }] }, gone),
      pod('c', undefined),
    ]),
  ).toEqual([])
})

test('what keeps a workload from making pods comes before what the others lack', () => {
  const message = 'pods "web-1" is forbidden: exceeded quota: small'
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }
  const web = (conditions: object[]) =>
    ({ ...pod('web', {}), status: { conditions } }) as Parameters<typeof podTroubles>[1]
  const running = { phase: 'Running', reason: 'NodeLost' }
  expect(podTroubles([pod('a', running)], web([failure]))).toEqual([
    { name: 'web', reason: 'FailedCreate', message },
    { name: 'a', reason: 'NodeLost' },
  ])
  expect(podTroubles([], web([{ ...failure, status: 'False' }]))).toEqual([])
  const paused = { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused' }
  expect(podTroubles([], web([paused]))).toEqual([{ name: 'web', reason: 'DeploymentPaused' }])
})

import { describe, expect, test } from 'vitest'
import { heldUp } from '../../../src/report/held-up.ts'
import { lifeOf } from '../../../src/report/life.ts'
import { reportOf } from '../../../src/report/report.ts'
import { summarize } from '../../../src/report/summary.ts'
import type { WorkloadObject } from '../../../src/workloads/shown.ts'
import { before as ago, canary, now, progressing } from '../commands/builders.ts'

const name = 'flagger-system/flagger-leader-election'

function lease(spec: object) {
  const metadata = { namespace: 'flagger-system', name: 'flagger-leader-election' }
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
}

const held = { holderIdentity: 'a', leaseDurationSeconds: 60 }
const living = lifeOf(name, lease({ ...held, renewTime: ago(50) }), now)
const dead = lifeOf(name, lease({ ...held, renewTime: ago(600) }), now)

test('a controller lives as long as its lease is renewed', () => {
  expect(living).toEqual({ alive: true, lease: name, renewedAt: ago(50), why: null })
  expect(dead).toMatchObject({
    alive: false,
    why: `the holder of the lease ${name} renews it no more`,
  })
  const given = lifeOf(name, lease({ ...held, holderIdentity: '', renewTime: ago(1) }), now)
  expect(given).toMatchObject({ alive: false, why: `nobody holds the lease ${name}` })
  expect(lifeOf(name, undefined, now)).toMatchObject({ alive: false })
  expect(lifeOf(name, 'denied', now)).toMatchObject({
    alive: null,
    why: `you may not read the lease ${name}`,
  })
})

function deployment(
  of: string,
  replicas: number,
  ready: number,
  more: object = {},
): WorkloadObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: of, namespace: 'test' },
    spec: { replicas },
    status: { readyReplicas: ready, ...more },
  }
}

const primary = deployment('podinfo-primary', 2, 2)
const overdue = canary({
  status: {
    ...progressing,
    lastTransitionTime: ago(600),
    canaryAnalysis: { ...progressing.canaryAnalysis, nextTickAt: ago(500) },
  },
})
const look = (of: Partial<Parameters<typeof heldUp>[0]>, one = overdue) =>
  heldUp({ now, canary: one, isComplete: true, primary, ...of }, summarize(one, now))

describe('a run that is overdue', () => {
  const target = deployment('podinfo', 2, 2)
  test('is left alone where the lease is not renewed', () => {
    expect(look({ target, life: dead })).toMatchObject({
      health: 'stale',
      controller: { stale: true, alive: false, lease: { name, renewedAt: ago(600) } },
    })
  })

  test('is not left alone where the controller lives', () => {
    expect(look({ target, life: living })).toMatchObject({
      health: 'moving',
      controller: { stale: false, alive: true },
    })
  })

  test('counts as left alone where nothing tells, and it waits for nothing that can be seen', () => {
    expect(look({ target })).toMatchObject({ health: 'stale', waitsFor: null })
  })

  test('waits for its pods, and says how many and until when', () => {
    const conditions = [{ type: 'Available', status: 'False', lastUpdateTime: ago(120) }]
    const pulling = {
      metadata: { name: 'podinfo-1', namespace: 'test' },
      status: { containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] },
    }
    const short = deployment('podinfo', 2, 0, { conditions })
    const targetPods = [{ apiVersion: 'v1', kind: 'Pod', ...pulling }]
    expect(look({ target: short, targetPods })).toMatchObject({
      health: 'moving',
      waitsFor: 'for pods: 0 of 2 ready (ImagePullBackOff); rolled back in 8m',
      controller: { stale: false },
    })
  })

  test('waits for what is missing', () => {
    expect(look({}).waitsFor).toBe('for its target: deployment/podinfo is missing')
    expect(look({ target, primary: undefined }).waitsFor).toBe(
      'for its primary: deployment/podinfo-primary is missing',
    )
    // What may not be read is not missing.
    expect(look({ isComplete: false, primary: undefined }).waitsFor).toBeNull()
  })

  test('tells what its controller says of it, as long as it does', () => {
    const event = { type: 'Warning', message: 'autoscaler Foo is not supported', at: ago(30) }
    expect(look({ target, events: [event] })).toMatchObject({
      waitsFor: 'its controller says: autoscaler Foo is not supported',
      controller: { stale: false },
    })
    expect(look({ target, events: [{ ...event, at: ago(500) }] }).waitsFor).toBeNull()
  })
})

test('a gate without a controller is left alone, a canary at rest is not', () => {
  const waiting = canary({ status: { ...progressing, phase: 'WaitingPromotion' } })
  expect(look({ life: dead }, waiting).health).toBe('stale')
  const idle = canary({ status: { ...progressing, phase: 'Succeeded' } })
  expect(look({ life: dead }, idle).health).toBe('idle')
})

test('while pods are waited for no end is promised, and a time that has passed is none to come', () => {
  const seen = { now, unread: [], isComplete: true, primary }
  const short = reportOf({
    ...seen,
    canary: canary({ status: progressing }),
    target: deployment('podinfo', 2, 1),
  })
  expect(short.progress.secondsLeft).toBeNull()
  expect(short.checks.nextInSeconds).toBe(38)
  const due = reportOf({
    ...seen,
    canary: canary({ status: { ...progressing, canaryAnalysis: { nextTickAt: ago(1) } } }),
    target: deployment('podinfo', 2, 1),
  })
  expect(due.checks.nextInSeconds).toBeNull()
  const late = reportOf({ ...seen, canary: overdue, target: deployment('podinfo', 2, 2) })
  expect(late.checks.nextInSeconds).toBeNull()
})

test('a run that goes on over a primary without pods waits for none, until a check would end it', () => {
  const down = { primary: deployment('podinfo-primary', 2, 0), target: deployment('podinfo', 2, 2) }
  expect(look(down).waitsFor).toBeNull()
  const ending = canary({ status: { ...progressing, failedChecks: 9 } })
  expect(look(down, ending).waitsFor).toBe('for pods of the primary: 0 of 2 ready')
})

test('a new revision that waits at rest for a primary says so, as its controller does', () => {
  const idle = canary({ status: { ...progressing, phase: 'Succeeded' } })
  const partly = {
    primary: deployment('podinfo-primary', 2, 1),
    target: deployment('podinfo', 0, 0),
  }
  const message = 'podinfo-primary.test not ready: waiting for rollout to finish: 1 of 2'
  const events = [{ at: ago(5), type: 'Warning', message }]
  expect(look({ ...partly, events }, idle).waitsFor).toBe('for pods of the primary: 1 of 2 ready')
  expect(look(partly, idle).waitsFor).toBeNull()
})

test('a canary whose primary can not be made says what its controller says of it', () => {
  const fresh = canary({ status: { phase: 'Initializing', lastTransitionTime: ago(60) } })
  const target = deployment('podinfo', 2, 2)
  const events = [{ at: ago(30), type: 'Warning', message: 'provider gloo is not supported' }]
  expect(look({ target, primary: undefined, events }, fresh)).toMatchObject({
    waitsFor:
      'for its primary: deployment/podinfo-primary is missing; ' +
      'its controller says: provider gloo is not supported',
  })
})

test('at rest, too, a target that is missing is what a canary waits for', () => {
  const idle = canary({ status: { phase: 'Succeeded', canaryWeight: 0 } })
  const seen = { canary: idle, now, isComplete: true, primary: deployment('podinfo-primary', 2, 2) }
  const summary = summarize(idle, now)
  expect(heldUp(seen, summary).waitsFor).toBe('for its target: deployment/podinfo is missing')
  expect(heldUp({ ...seen, target: deployment('podinfo', 0, 0) }, summary).waitsFor).toBeNull()
  expect(heldUp({ ...seen, isComplete: false }, summary).waitsFor).toBeNull()
})

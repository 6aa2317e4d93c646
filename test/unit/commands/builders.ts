/** Reports and canaries for tests of views, at a fixed time. */
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../../src/canary/canary.ts'
import { type CanaryReport, reportOf, type Seen } from '../../../src/report/report.ts'
import { type CanaryOptions, canaryObject } from '../../support/canary-object.ts'
import { workloadObjects } from '../../support/workload-objects.ts'

export const now = new Date('2026-11-20T14:07:14Z')

/** An RFC 3339 time so many seconds before `now`. */
export function before(seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString().replace('.000Z', 'Z')
}

const day = 86_400

export function canary({ metadata, status = {}, ...of }: CanaryOptions = {}): Canary {
  const stored = canaryObject({
    ...of,
    status,
    metadata: {
      uid: 'a1',
      resourceVersion: '42',
      generation: 3,
      creationTimestamp: before(12 * day),
      ...metadata,
    },
  })
  return parseCanary(stored, { meshProvider: '', metricsServer: '' }).canary
}

/** A run at weight 20 with one check that fails. */
export const progressing: CanaryStatus = {
  phase: 'Progressing',
  failedChecks: 2,
  canaryWeight: 20,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastPromotedSpec: 'v2:5b21aa7c11',
  lastTransitionTime: before(22),
  controller: 'canary-controller/v0.4.0',
  canaryAnalysis: {
    runId: 12,
    revision: 'v2:6c9d7f31a0',
    startedAt: before(382),
    nextTickAt: before(-38),
    weight: 20,
    step: 4,
    steps: 10,
    checks: [
      {
        name: 'request-success-rate',
        kind: 'metric',
        ok: true,
        failed: 1,
        value: 99.8234,
        min: 99,
        window: '1m',
        at: before(22),
      },
      {
        name: 'request-duration',
        kind: 'metric',
        ok: false,
        failed: 1,
        value: 512,
        unit: 'ms',
        max: 500,
        window: '1m',
        at: before(22),
      },
      { name: 'load-test', kind: 'webhook', ok: true, failed: 0, value: 200, at: before(24) },
    ],
  },
  requests: { pause: { id: '1', result: 'done', by: 'bob', at: before(274) } },
}

/** The report of a canary with both workloads. */
export function report(of: Canary, more: Partial<Seen> = {}): CanaryReport {
  const target = workloadObjects({
    name: of.targetName,
    image: 'ghcr.io/stefanprodan/podinfo:6.0.1',
    replicas: 2,
    hash: '5f6c8d9b7d',
    createdAt: before(382),
  })
  const primary = workloadObjects({
    name: of.primaryName,
    image: 'ghcr.io/stefanprodan/podinfo:6.0.0',
    replicas: 2,
    hash: '7d4b9c6f58',
    createdAt: before(12 * day),
  })
  return reportOf({
    now,
    canary: of,
    target: target.deployment,
    primary: primary.deployment,
    targetPods: target.pods,
    primaryPods: primary.pods,
    events: [
      {
        at: before(142),
        type: 'Normal',
        reason: 'Synced',
        message: 'Advance podinfo.test canary weight 15',
        count: 1,
      },
      {
        at: before(82),
        type: 'Normal',
        reason: 'Synced',
        message: 'Advance podinfo.test canary weight 20',
        count: 1,
      },
      {
        at: before(22),
        type: 'Warning',
        reason: 'Synced',
        message: 'Halt podinfo.test advancement request duration 512ms > 500ms',
        count: 2,
      },
    ],
    eventCount: 14,
    route: { kind: 'VirtualService', name: 'podinfo', createdAt: before(12 * day) },
    autoscaler: {
      kind: 'HorizontalPodAutoscaler',
      name: 'podinfo-primary',
      min: 2,
      max: 4,
      current: 2,
      createdAt: before(12 * day),
    },
    isComplete: true,
    unread: [],
    ...more,
  })
}

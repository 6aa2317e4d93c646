/** Reports and canaries for tests of views, at a fixed time. */
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../../src/canary/canary.ts'
import { type CanaryReport, reportOf, type Seen } from '../../../src/canary/report.ts'
import type { Metadata } from '../../../src/objects.ts'

export const now = new Date('2026-11-20T14:07:14Z')

/** An RFC 3339 time so many seconds before `now`. */
export function before(seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString().replace('.000Z', 'Z')
}

const day = 86_400

export function canary(
  of: {
    name?: string
    status?: CanaryStatus
    analysis?: object
    spec?: object
    metadata?: Partial<Metadata>
  } = {},
): Canary {
  const { name = 'podinfo', status = {}, analysis = {}, spec = {}, metadata = {} } = of
  return parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: {
        name,
        namespace: 'test',
        uid: 'a1',
        resourceVersion: '42',
        generation: 3,
        creationTimestamp: before(12 * day),
        ...metadata,
      },
      spec: {
        provider: 'istio',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 9898 },
        analysis: {
          interval: '1m',
          threshold: 5,
          maxWeight: 50,
          stepWeight: 5,
          metrics: [
            { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
            { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
          ],
          webhooks: [
            { name: 'load-test', type: 'rollout', url: 'http://loadtester.test/' },
            {
              name: 'promotion gate',
              type: 'confirm-promotion',
              url: 'http://loadtester.test/gate/check',
            },
          ],
          ...analysis,
        },
        ...spec,
      },
      status,
    },
    { meshProvider: '', metricsServer: '' },
  ).canary
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

function workload(name: string, image: string, hash: string, age: number) {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'test', creationTimestamp: before(age) },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'podinfod', image }] } } },
    status: { readyReplicas: 2 },
  }
  const pods = ['2xk9p', 'v8wqz'].map((suffix, at) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${hash}-${suffix}`,
      namespace: 'test',
      creationTimestamp: before(age),
    },
    spec: { nodeName: `worker-${at + 1}`, containers: [{}] },
    status: { phase: 'Running', containerStatuses: [{ ready: true, restartCount: at }] },
  }))
  return { deployment, pods }
}

/** The report of a canary with both workloads. */
export function report(of: Canary, more: Partial<Seen> = {}): CanaryReport {
  const target = workload(of.targetName, 'ghcr.io/stefanprodan/podinfo:6.0.1', '5f6c8d9b7d', 382)
  const primary = workload(
    of.primaryName,
    'ghcr.io/stefanprodan/podinfo:6.0.0',
    '7d4b9c6f58',
    12 * day,
  )
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
    denied: [],
    ...more,
  })
}

/** A cluster with canaries that wait, go on and have failed, to look at. */
import { canaryObject } from '../../support/canary-object.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { ago, eventObject, virtualService, workloads } from './objects.ts'

const longAgo = () => new Date(Date.now() - 12.5 * 86_400_000)

export async function startShowcase(): Promise<TestCluster> {
  const cluster = await startCluster({ now: longAgo })
  const run = {
    runId: 12,
    revision: 'v2:6c9d7f31a0',
    startedAt: ago(45 * 60),
    weight: 20,
    step: 4,
    steps: 10,
  }
  const hashes = { lastAppliedSpec: 'v2:6c9d7f31a0', lastPromotedSpec: 'v2:5b21aa7c11' }
  const controller = 'canary-controller/v0.1.0'
  cluster.put(
    ...workloads({
      name: 'podinfo',
      image: 'ghcr.io/stefanprodan/podinfo:6.0.1',
      promoted: 'ghcr.io/stefanprodan/podinfo:6.0.0',
      replicas: 2,
    }),
    virtualService('podinfo', 20),
    canaryObject({
      name: 'podinfo',
      labels: { tier: 'web' },
      status: {
        ...hashes,
        controller,
        phase: 'Progressing',
        failedChecks: 2,
        canaryWeight: 20,
        lastTransitionTime: ago(3630),
        canaryAnalysis: {
          ...run,
          nextTickAt: ago(-630),
          checks: [
            {
              name: 'request-success-rate',
              kind: 'metric',
              ok: true,
              failed: 1,
              value: 99.8234,
              min: 99,
              window: '1m',
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
            },
          ],
        },
      },
    }),
    canaryObject({
      name: 'cart',
      status: {
        ...hashes,
        controller,
        phase: 'WaitingPromotion',
        lastTransitionTime: ago(20 * 60 + 30),
        canaryAnalysis: {
          ...run,
          weight: 50,
          step: 10,
          gate: { type: 'confirm-promotion', name: 'promotion gate', since: ago(20 * 60 + 30) },
        },
      },
    }),
    canaryObject({
      name: 'backend',
      status: {
        ...hashes,
        controller,
        phase: 'Failed',
        failedChecks: 5,
        lastTransitionTime: ago(200 * 60),
      },
    }),
    canaryObject({
      name: 'other',
      namespace: 'empty',
      labels: { tier: 'web' },
      status: { phase: 'Succeeded' },
    }),
    eventObject('podinfo', ago(1330), {
      type: 'Normal',
      name: 'e1',
      message: 'Advance podinfo.test canary weight 20',
    }),
    eventObject('podinfo', ago(930), {
      type: 'Warning',
      name: 'e2',
      message: 'Halt podinfo.test advancement request duration 512ms > 500ms',
    }),
  )
  return cluster
}

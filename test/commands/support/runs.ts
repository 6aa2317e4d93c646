/** A cluster with a run under way, one that waits at a gate, and an idle canary. */
import { canaryObject } from '../../support/canary-object.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { ago } from './objects.ts'

export const run = {
  runId: 3,
  revision: 'v2:6c9d7f31a0',
  startedAt: ago(600),
  weight: 20,
  step: 4,
  steps: 10,
}
export const status = {
  phase: 'Progressing',
  failedChecks: 1,
  canaryWeight: 20,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastPromotedSpec: 'v2:5b21aa7c11',
  lastTransitionTime: ago(630),
  controller: 'canary-controller/v0.1.0',
  canaryAnalysis: { ...run, nextTickAt: ago(-600) },
} as const
export const gate = { type: 'confirm-promotion', name: 'promotion gate', since: ago(60) } as const

export async function startRuns(): Promise<TestCluster> {
  const cluster = await startCluster()
  cluster.put(
    canaryObject({ name: 'podinfo', status }),
    canaryObject({
      name: 'cart',
      status: { ...status, phase: 'WaitingPromotion', canaryAnalysis: { ...run, gate } },
    }),
    canaryObject({
      name: 'idle',
      status: { ...status, phase: 'Succeeded', lastPromotedSpec: status.lastAppliedSpec },
    }),
  )
  return cluster
}

/** What was asked of a canary by annotation. */
export function requestOf(cluster: TestCluster, name: string, verb: string) {
  const text = cluster.canary(name)?.metadata.annotations?.[`flagger.app/${verb}`]
  return text === undefined ? undefined : JSON.parse(text)
}

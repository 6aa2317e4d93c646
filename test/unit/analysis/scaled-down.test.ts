import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { deployment as workload } from '../../../src/workloads/deployment.ts'
import { effectsOf, observation } from '../../support/observation.ts'
import { context, deployment, canary as podinfo } from '../workloads/builders.ts'

/** A run as a step sees it, when the pods of the Deployment are gone. */
function seenWithoutPods(status: object) {
  const objects = [
    deployment({ replicas: 0, image: 'podinfo:2' }),
    deployment({ name: 'podinfo-primary', labels: { app: 'podinfo-primary' } }),
  ]
  const state = workload.observe(context(objects, { canary: podinfo({ status }) }))
  const { revision, configs = {} } = state
  return observation({
    canary: {
      status: { lastAppliedSpec: revision, trackedConfigs: configs, canaryWeight: 20, ...status },
    },
    workload: state,
    routes: { primary: 80, canary: 20, mirrored: false },
  })
}

test('a Deployment that somebody scales to zero during a run gets its pods back', () => {
  const seen = seenWithoutPods({ phase: 'Progressing' })
  expect(effectsOf(decide(seen, {}))).toContainEqual({ kind: 'scale', to: 'full' })
})

test('a rollback that a dying process left without pods is done to its end', () => {
  const seen = seenWithoutPods({ phase: 'Progressing', failedChecks: 2 })
  const statuses = effectsOf(decide(seen, {})).flatMap((effect) =>
    effect.kind === 'status' ? [effect.change.phase] : [],
  )
  expect(statuses).toContain('Failed')
})

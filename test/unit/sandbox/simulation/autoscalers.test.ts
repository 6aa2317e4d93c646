import { expect, test } from 'vitest'
import { type HorizontalPodAutoscaler, kindOf } from '../../../../src/sandbox/simulation/objects.ts'
import { deployment, edit, simulated } from './support.ts'

function autoscaler(minReplicas: number, maxReplicas: number): HorizontalPodAutoscaler {
  return {
    ...kindOf.autoscaler,
    metadata: { name: 'app', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
      minReplicas,
      maxReplicas,
    },
  }
}

test('an autoscaler keeps its Deployment within its bounds', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1 }))
  world.store.create(autoscaler(2, 3))
  world.step(1)
  expect(world.deployment().spec.replicas).toBe(2)
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 9
  })
  world.step(1)
  expect(world.deployment().spec.replicas).toBe(3)
  edit(world, autoscaler(2, 3), ({ spec }) => {
    spec.maxReplicas = 2
  })
  world.step(1)
  expect(world.deployment().spec.replicas).toBe(2)
})

test('a Deployment at zero is left there, and reaches the minimum when it is scaled up', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 0 }))
  world.store.create(autoscaler(2, 3))
  world.step(1)
  expect(world.deployment().spec.replicas).toBe(0)
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 1
  })
  world.step(4)
  expect(world.readyPods()).toHaveLength(2)
})

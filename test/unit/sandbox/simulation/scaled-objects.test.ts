import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import {
  type HorizontalPodAutoscaler,
  kindOf,
  type ScaledObject,
  scaledObjectKind,
} from '../../../../src/sandbox/simulation/objects.ts'
import { deployment, edit, type Simulated, simulated } from './support.ts'

const pause = 'autoscaling.keda.sh/paused-replicas'

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    scope: 'Namespaced',
    names: { kind: 'ScaledObject', plural: 'scaledobjects', singular: 'scaledobject' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
} satisfies KubeObject & { spec: object }

const scaled: ScaledObject = {
  ...scaledObjectKind,
  metadata: { name: 'app', namespace: 'default' },
  spec: { scaleTargetRef: { name: 'app' }, minReplicaCount: 2, maxReplicaCount: 5 },
}

function setPause(world: Simulated, replicas: string | undefined): void {
  edit(world, scaled, ({ metadata }) => {
    metadata.annotations = replicas === undefined ? {} : { [pause]: replicas }
  })
  world.step(1)
}

test('KEDA holds a target at zero as long as it is paused, and brings it back after that', async () => {
  const world = await simulated()
  world.store.create(definition)
  world.store.create(deployment({ replicas: 1 }))
  world.store.create(scaled)
  world.step(1)
  const autoscalers = () => world.store.list<HorizontalPodAutoscaler>(kindOf.autoscaler)
  expect(world.deployment().spec.replicas).toBe(2)
  expect(autoscalers().map(({ metadata }) => metadata.name)).toEqual(['keda-hpa-app'])

  setPause(world, '0')
  expect(world.deployment().spec.replicas).toBe(0)
  expect(autoscalers()).toEqual([])
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 3
  })
  world.step(1)
  expect(world.deployment().spec.replicas).toBe(0)

  setPause(world, undefined)
  expect(world.deployment().spec.replicas).toBe(2)
  expect(autoscalers()).toHaveLength(1)
})

test('KEDA writes the name of each ScaledObject on it', async () => {
  const world = await simulated()
  world.store.create(definition)
  world.store.create(deployment({ replicas: 1 }))
  world.store.create({ ...scaled, metadata: { ...scaled.metadata, labels: { team: 'a' } } })
  world.step(1)
  const [found] = world.store.list(scaledObjectKind)
  expect(found?.metadata.labels).toEqual({ team: 'a', 'scaledobject.keda.sh/name': 'app' })
})

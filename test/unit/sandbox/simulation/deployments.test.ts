import { expect, test } from 'vitest'
import { deployment, edit, images, setImage, simulated } from './support.ts'

test('a new Deployment has its pods, and is available once they are ready', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 3 }))
  world.step(1)
  expect(world.pods()).toHaveLength(3)
  expect(world.readyPods()).toHaveLength(0)
  expect(world.reason('Available')).toBe('MinimumReplicasUnavailable')
  world.step(3)
  expect(world.readyPods()).toHaveLength(3)
  expect(world.deployment().status).toMatchObject({
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: 0,
  })
  expect(world.reason('Available')).toBe('MinimumReplicasAvailable')
  expect(world.reason('Progressing')).toBe('NewReplicaSetAvailable')
})

test('a rollout never has more pods than the surge allows, nor fewer ready ones than asked', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 4 }))
  world.step(5)
  setImage(world, 'app:2')
  const seen = Array.from({ length: 80 }, () => {
    world.step(0.25)
    return { all: world.pods().length, ready: world.readyPods().length }
  })
  expect(Math.max(...seen.map(({ all }) => all))).toBe(5)
  expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3)
  expect(images(world.pods())).toEqual(['app:2', 'app:2', 'app:2', 'app:2'])
  expect(world.reason('Progressing')).toBe('NewReplicaSetAvailable')
  expect(world.sets().map(({ spec }) => spec.replicas)).toEqual(expect.arrayContaining([0, 4]))
})

test('with maxUnavailable 0, all pods stay ready through a rollout', async () => {
  const world = await simulated()
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  world.store.create(deployment({ replicas: 2, strategy }))
  world.step(5)
  setImage(world, 'app:2')
  const ready = Array.from({ length: 60 }, () => {
    world.step(0.25)
    return world.readyPods().length
  })
  expect(Math.min(...ready)).toBe(2)
  expect(images(world.pods())).toEqual(['app:2', 'app:2'])
})

test('with the strategy Recreate no version runs beside another', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 2, strategy: { type: 'Recreate' } }))
  world.step(5)
  setImage(world, 'app:2')
  for (let tick = 0; tick < 20; tick++) {
    expect(new Set(images(world.pods())).size).toBeLessThan(2)
    world.step(0.25)
  }
  expect(images(world.readyPods())).toEqual(['app:2', 'app:2'])
})

test('an image that never gets ready exceeds the deadline, and the old pods go on', async () => {
  const world = await simulated({ brokenImages: ['app:broken'] })
  world.store.create(deployment({ replicas: 2, progressDeadlineSeconds: 30 }))
  world.step(5)
  setImage(world, 'app:broken')
  world.step(25)
  expect(world.reason('Progressing')).toBe('ReplicaSetUpdated')
  world.step(10)
  expect(world.reason('Progressing')).toBe('ProgressDeadlineExceeded')
  expect(images(world.readyPods())).toEqual(['app:1', 'app:1'])
  expect(world.reason('Available')).toBe('MinimumReplicasAvailable')
})

test('a Deployment beyond its deadline recovers with a good image', async () => {
  const world = await simulated({ brokenImages: ['app:broken'] })
  world.store.create(deployment({ replicas: 1, progressDeadlineSeconds: 10 }))
  world.step(5)
  setImage(world, 'app:broken')
  world.step(20)
  expect(world.reason('Progressing')).toBe('ProgressDeadlineExceeded')
  setImage(world, 'app:3')
  world.step(6)
  expect(world.reason('Progressing')).toBe('NewReplicaSetAvailable')
  expect(images(world.pods())).toEqual(['app:3'])
})

test('scaled to zero nothing runs and the rollout is complete; scaled back the pods return', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 2 }))
  world.step(5)
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 0
  })
  world.step(1)
  expect(world.pods()).toEqual([])
  expect(world.deployment().status).toMatchObject({ observedGeneration: 2, replicas: 0 })
  expect(world.reason('Progressing')).toBe('NewReplicaSetAvailable')
  edit(world, deployment(), ({ spec }) => {
    spec.replicas = 3
  })
  world.step(4)
  expect(world.readyPods()).toHaveLength(3)
})

test('a Deployment that has nothing to do is not written again', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 2 }))
  world.step(5)
  const version = world.store.version()
  world.step(3_600)
  expect(world.store.version()).toBe(version)
  expect(world.clock.nextMs()).toBeUndefined()
})

test('pods count as available only after minReadySeconds', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1, minReadySeconds: 10 }))
  world.step(5)
  expect(world.deployment().status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 })
  world.step(10)
  expect(world.deployment().status).toMatchObject({ readyReplicas: 1, availableReplicas: 1 })
})

test('a pod that somebody deletes is replaced', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 2 }))
  world.step(5)
  const [first] = world.pods()
  world.store.delete({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: first?.metadata.name ?? '',
  })
  world.step(4)
  expect(world.readyPods()).toHaveLength(2)
  expect(world.pods().map(({ metadata }) => metadata.uid)).not.toContain(first?.metadata.uid)
})

test('with a deleted Deployment everything below it goes', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 2 }))
  world.step(5)
  world.store.delete({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'default',
    name: 'app',
  })
  world.step(5)
  expect(world.sets()).toEqual([])
  expect(world.pods()).toEqual([])
})

test('going back to an earlier template uses its ReplicaSet, with a new revision', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1 }))
  world.step(5)
  const [first] = world.sets()
  setImage(world, 'app:2')
  world.step(10)
  setImage(world, 'app:1')
  world.step(10)
  expect(world.sets()).toHaveLength(2)
  const key = 'deployment.kubernetes.io/revision'
  const again = world.sets().find(({ metadata }) => metadata.uid === first?.metadata.uid)
  expect(again?.metadata.annotations?.[key]).toBe('3')
  expect(world.deployment().metadata.annotations?.[key]).toBe('3')
})

test('old ReplicaSets beyond the history limit are deleted', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1, revisionHistoryLimit: 1 }))
  for (const version of [2, 3, 4]) {
    world.step(10)
    setImage(world, `app:${version}`)
  }
  world.step(10)
  expect(world.sets()).toHaveLength(2)
})

test('a paused Deployment scales, and does not roll', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1 }))
  world.step(5)
  edit(world, deployment(), ({ spec }) => {
    spec.paused = true
  })
  world.step(1)
  setImage(world, 'app:2')
  world.step(10)
  expect(images(world.pods())).toEqual(['app:1'])
  expect(world.reason('Progressing')).toBe('DeploymentPaused')
  edit(world, deployment(), ({ spec }) => {
    spec.paused = false
  })
  world.step(10)
  expect(images(world.pods())).toEqual(['app:2'])
})

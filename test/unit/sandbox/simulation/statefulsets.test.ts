import { expect, test } from 'vitest'
import type { StatefulSet } from '../../../../src/sandbox/simulation/objects.ts'
import { edit, images, type Simulated, simulated, statefulSet } from './support.ts'

const names = (world: Simulated) => world.pods().map(({ metadata }) => metadata.name)
const setImage = (world: Simulated, image: string) =>
  edit<StatefulSet>(world, statefulSet(), ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = image
  })

test('pods come one after the other, each once the one before is ready', async () => {
  const world = await simulated()
  world.store.create(statefulSet({ replicas: 2 }))
  world.step(1)
  expect(names(world)).toEqual(['app-0'])
  world.step(8)
  expect(names(world)).toEqual(['app-0', 'app-1'])
  expect(world.statefulSet().status).toMatchObject({
    replicas: 2,
    readyReplicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
  })
})

test('in parallel they come at once', async () => {
  const world = await simulated()
  world.store.create(statefulSet({ replicas: 3, podManagementPolicy: 'Parallel' }))
  world.step(1)
  expect(names(world)).toEqual(['app-0', 'app-1', 'app-2'])
})

test('an update replaces the last pod first, and never more than one', async () => {
  const world = await simulated()
  world.store.create(statefulSet({ replicas: 3 }))
  world.step(12)
  setImage(world, 'app:2')
  const seen = Array.from({ length: 80 }, () => {
    world.step(0.25)
    return { ready: world.readyPods().length, images: images(world.pods()) }
  })
  expect(Math.min(...seen.map(({ ready }) => ready))).toBe(2)
  expect(seen.at(-1)?.images).toEqual(['app:2', 'app:2', 'app:2'])
  const { currentRevision, updateRevision } = world.statefulSet().status ?? {}
  expect(currentRevision).toBe(updateRevision)
})

test('an update to an image that never gets ready stops at the first pod', async () => {
  const world = await simulated({ brokenImages: ['broken'] })
  world.store.create(statefulSet({ replicas: 2 }))
  world.step(10)
  setImage(world, 'app:broken')
  world.step(60)
  expect(images(world.readyPods())).toEqual(['app:1'])
  expect(world.statefulSet().status).toMatchObject({ updatedReplicas: 1, readyReplicas: 1 })
})

test('scaled to zero it has no pods, and with a new version none of the old', async () => {
  const world = await simulated()
  world.store.create(statefulSet({ replicas: 2 }))
  world.step(10)
  edit<StatefulSet>(world, statefulSet(), ({ spec }) => {
    spec.replicas = 0
  })
  world.step(2)
  expect(names(world)).toEqual([])
  edit<StatefulSet>(world, statefulSet(), ({ spec }) => {
    spec.replicas = 1
  })
  setImage(world, 'app:2')
  world.step(5)
  expect(images(world.readyPods())).toEqual(['app:2'])
})

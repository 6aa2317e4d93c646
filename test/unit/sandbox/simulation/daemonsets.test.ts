import { expect, test } from 'vitest'
import { daemonSet, edit, images, node, simulated } from './support.ts'

const nodesOf = (pods: { spec: { nodeName?: string } }[]) =>
  pods.map(({ spec }) => spec.nodeName ?? '').sort()

test('a DaemonSet has one pod on every node', async () => {
  const world = await simulated()
  world.store.create(daemonSet())
  world.step(4)
  expect(nodesOf(world.readyPods())).toEqual(['node-1', 'node-2', 'node-3'])
  expect(world.daemonSet().status).toMatchObject({
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 3,
    numberAvailable: 3,
    numberUnavailable: 0,
  })
})

test('a node that comes later gets its pod', async () => {
  const world = await simulated({ nodes: ['node-1'] })
  world.store.create(daemonSet())
  world.step(4)
  world.store.create(node('node-2'))
  world.step(4)
  expect(nodesOf(world.readyPods())).toEqual(['node-1', 'node-2'])
})

test('a node selector that no node has takes every pod away, and they return without it', async () => {
  const world = await simulated()
  world.store.create(daemonSet())
  world.step(4)
  edit(world, daemonSet(), ({ spec }) => {
    spec.template.spec.nodeSelector = { 'flagger.app/scale-to-zero': 'true' }
  })
  world.step(1)
  expect(world.pods()).toEqual([])
  expect(world.daemonSet().status).toMatchObject({ desiredNumberScheduled: 0, numberReady: 0 })
  edit(world, daemonSet(), ({ spec }) => {
    spec.template.spec.nodeSelector = {}
  })
  world.step(4)
  expect(world.readyPods()).toHaveLength(3)
})

test('an update replaces one pod after the other', async () => {
  const world = await simulated()
  world.store.create(daemonSet())
  world.step(4)
  edit(world, daemonSet(), ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = 'app:2'
  })
  const ready = Array.from({ length: 60 }, () => {
    world.step(0.25)
    return world.readyPods().length
  })
  expect(Math.min(...ready)).toBe(2)
  expect(images(world.readyPods())).toEqual(['app:2', 'app:2', 'app:2'])
})

test('an update to an image that never gets ready stops at the first node', async () => {
  const world = await simulated({ brokenImages: ['broken'] })
  world.store.create(daemonSet())
  world.step(4)
  edit(world, daemonSet(), ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = 'app:broken'
  })
  world.step(60)
  expect(images(world.readyPods())).toEqual(['app:1', 'app:1'])
  expect(world.daemonSet().status).toMatchObject({
    numberUnavailable: 1,
    updatedNumberScheduled: 1,
  })
})

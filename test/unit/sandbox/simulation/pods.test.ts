import { expect, test } from 'vitest'
import { deployment, node, simulated } from './support.ts'

test('a pod waits until there is a node that it fits', async () => {
  const world = await simulated()
  const wanted = deployment({ replicas: 1 })
  wanted.spec.template.spec.nodeSelector = { disk: 'fast' }
  world.store.create(wanted)
  world.step(10)
  expect(world.pods().map(({ status }) => status?.phase)).toEqual(['Pending'])
  world.store.create(node('node-fast', { disk: 'fast' }))
  world.step(1)
  expect(world.readyPods().map(({ spec }) => spec.nodeName)).toEqual(['node-fast'])
})

test('every pod has an address of its own', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 12 }))
  world.step(4)
  expect(new Set(world.pods().map(({ status }) => status?.podIP)).size).toBe(12)
})

test('a simulation that was stopped changes nothing any more', async () => {
  const world = await simulated()
  world.store.create(deployment({ replicas: 1 }))
  world.step(1)
  world.stop()
  const version = world.store.version()
  world.step(60)
  expect(world.store.version()).toBe(version)
  expect(world.clock.nextMs()).toBeUndefined()
})

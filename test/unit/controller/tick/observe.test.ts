import { expect, test } from 'vitest'
import { createMemory, type Deps } from '../../../../controller/process/deps.ts'
import { createContents } from '../../../../controller/tick/contents.ts'
import { observe } from '../../../../controller/tick/observe.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { silent } from '../../../../src/io/log.ts'
import { stored } from '../../../support/observation.ts'
import { fakeClock } from '../../io/fake-clock.ts'

/** A cache that never hears of a kind: the API server fails at every list of it. */
function given() {
  const clock = fakeClock()
  const shutdown = new AbortController()
  let asked = 0
  const cache = {
    get: () => stored({}),
    list: () => [],
    states: () => [],
    interest() {
      asked += 1
      return new Promise<void>(() => {})
    },
  }
  const settings = {
    defaults: { meshProvider: 'istio', metricsServer: '' },
    workloads: { selectorLabels: [], includeLabelPrefix: [], configTracking: false },
    routers: {},
  }
  const contents = createContents({} as Kube)
  const deps = { cache, clock, contents, settings, log: silent, signal: shutdown.signal }
  const memory = createMemory()
  // A look that waits for objects uses no other part of these.
  const look = () => observe('shop/checkout', deps as unknown as Deps, memory)
  return { clock, look, shutdown, asked: () => asked }
}

test('objects that the server never lists hold no worker for ever, and are asked for once', async () => {
  const { clock, look, asked } = given()
  for (let turn = 0; turn < 3; turn++) {
    const seen = look()
    await clock.whenWaiting()
    clock.step(60_000)
    expect(await seen).toMatchObject({
      obstacle: { why: expect.stringContaining('the API server does not list') },
    })
  }
  expect(asked()).toBe(1)
  expect(clock.nextMs()).toBeUndefined()
})

test('a process that ends waits for no list', async () => {
  const { clock, look, shutdown } = given()
  const seen = look()
  await clock.whenWaiting()
  shutdown.abort()
  await expect(seen).rejects.toThrow('given up')
})

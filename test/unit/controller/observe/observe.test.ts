import { expect, test } from 'vitest'
import { createContents } from '../../../../controller/observe/contents.ts'
import { observe } from '../../../../controller/observe/observe.ts'
import { createMemory, type Deps } from '../../../../controller/process/deps.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { silent } from '../../../../src/io/log.ts'
import type { KubeObject, ObjectRef } from '../../../../src/objects.ts'
import { stored } from '../../../support/observation.ts'
import { fakeClock } from '../../io/fake-clock.ts'

const at = '2026-01-01T00:00:00Z'

/** A Deployment whose pods are not available yet, since the time at which the clock starts. */
const targetThatStarts = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checkout', namespace: 'shop', generation: 1 },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'checkout' } },
    template: { metadata: { labels: { app: 'checkout' } }, spec: { containers: [] } },
  },
  status: {
    observedGeneration: 1,
    replicas: 1,
    updatedReplicas: 1,
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
      {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        lastUpdateTime: at,
      },
    ],
  },
}

/**
 * A cache that never hears of a kind, because the API server fails at every list of it; or that
 * has this target.
 */
function given(target?: KubeObject) {
  const clock = fakeClock(at)
  const shutdown = new AbortController()
  let asked = 0
  const cache = {
    get: ({ kind, name }: ObjectRef) => {
      if (kind === 'Canary') return stored({})
      return kind === target?.kind && name === target.metadata.name ? target : undefined
    },
    list: () => [],
    glimpses: () => [],
    edition: () => 1,
    states: () => [],
    want: () => Promise.resolve(),
    synced: () => true,
    interest() {
      asked += 1
      return target ? Promise.resolve() : new Promise<void>(() => {})
    },
  }
  const settings = {
    defaults: { meshProvider: 'istio', metricsServer: '' },
    workloads: { selectorLabels: ['app'], includeLabelPrefix: [], configTracking: false },
    routers: {},
    sharing: { isRequired: false, home: '' },
  }
  const contents = createContents({} as Kube)
  const signal = shutdown.signal
  const random = () => 0
  const started = { startedAt: clock.now(), startedMs: clock.monotonicMs() }
  const runLimits = { whyNot: () => undefined }
  const deps = {
    cache,
    clock,
    contents,
    settings,
    runLimits,
    log: silent,
    signal,
    random,
    ...started,
  }
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

test('a clock that is set forward while pods start rolls nothing back', async () => {
  const { clock, look } = given(targetThatStarts)
  const state = async () => {
    const scene = await look()
    return scene && 'seen' in scene ? scene.seen.workload.target.state : scene
  }
  expect(await state()).toBe('waiting')
  clock.step(60_000)
  clock.set(3_600_000)
  expect(await state()).toBe('waiting')
  clock.step(9 * 60_000 + 1)
  expect(await state()).toBe('failed')
})

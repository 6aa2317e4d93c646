import { expect, test } from 'vitest'
import { createContents } from '../../../../controller/observe/contents.ts'
import { observe } from '../../../../controller/observe/observe.ts'
import { createMemory, type Deps } from '../../../../controller/process/deps.ts'
import type { KindState } from '../../../../src/io/kube/cache/cache.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { silent } from '../../../../src/io/log.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import type { KubeObject, ObjectRef } from '../../../../src/objects.ts'
import { type CanaryOverrides, stored } from '../../../support/observation.ts'
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

interface Given {
  target?: KubeObject
  /** Of the Canary; `gone` where there is none. */
  canary?: CanaryOverrides | 'gone'
  states?: KindState[]
}

/**
 * A cache that never hears of a kind, because the API server fails at every list of it; or that
 * has this target.
 */
function given({ target, canary = {}, states = [] }: Given = {}) {
  const clock = fakeClock(at)
  const shutdown = new AbortController()
  let asked = 0
  let needed: readonly ObjectRef[] | undefined
  const cache = {
    get: ({ kind, name }: ObjectRef) => {
      if (kind === 'Canary') return canary === 'gone' ? undefined : stored(canary)
      return kind === target?.kind && name === target.metadata.name ? target : undefined
    },
    list: () => [],
    glimpses: () => [],
    edition: () => 1,
    states: () => states,
    want: () => Promise.resolve(),
    synced: () => true,
    interest(_key: string, refs: readonly ObjectRef[]) {
      asked += 1
      needed = refs
      return target || refs.length === 0 ? Promise.resolve() : new Promise<void>(() => {})
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
  return { clock, look, shutdown, asked: () => asked, needed: () => needed }
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
  const { clock, look } = given({ target: targetThatStarts })
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

test('of a Canary that is gone nothing is followed any more', async () => {
  const { look, needed } = given({ canary: 'gone' })
  expect(await look()).toBeUndefined()
  expect(needed()).toEqual([])
})

const virtualServices = resourceKind({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'VirtualService',
})
const deleted = { deletionTimestamp: at, finalizers: ['flagger.app/finalizer'] }

test.each<[state: 'missing' | 'forbidden', metadata: object, why: string | undefined]>([
  ['missing', {}, 'the cluster has no virtualservices.networking.istio.io'],
  ['forbidden', {}, 'not allowed; grant the controller get, list and watch on virtualservices'],
  ['missing', deleted, undefined],
  ['forbidden', deleted, 'not allowed; grant the controller'],
])(
  'what a canary needs of a kind that is %s is in its way, with %j',
  async (state, metadata, why) => {
    const states = [{ kind: virtualServices, state, message: 'not allowed' }]
    const { look } = given({ target: targetThatStarts, canary: { metadata }, states })
    const seen = await look()
    const obstacle = seen && 'obstacle' in seen ? seen.obstacle.why : undefined
    expect(obstacle).toEqual(why === undefined ? undefined : expect.stringContaining(why))
  },
)

test('what a spec gets wrong is told before what follows from it', async () => {
  const { look } = given({
    target: targetThatStarts,
    canary: { spec: { service: { port: 0 } } },
    states: [{ kind: virtualServices, state: 'missing', message: '' }],
  })
  expect(await look()).toMatchObject({ obstacle: { why: expect.stringContaining('port') } })
})

test('a target that can not be used is one that is missing, for its reason', async () => {
  const { spec, ...others } = targetThatStarts
  const target = { ...others, spec: { ...spec, selector: { matchLabels: { team: 'shop' } } } }
  expect(await given({ target }).look()).toMatchObject({
    seen: { workload: { target: { state: 'missing', why: expect.stringContaining('selector') } } },
  })
})

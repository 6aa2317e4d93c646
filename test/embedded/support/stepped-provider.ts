/** A canary at rest on any provider, with what its users have, on a clock that goes on by itself. */
import { onTestFinished } from 'vitest'
import { startProcess } from '../../../controller/rehearsal/process.ts'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import { silent } from '../../../src/io/log.ts'
import type { KubeObject } from '../../../src/objects.ts'
import type { Store } from '../../../src/sandbox/api/store.ts'
import { customKinds } from '../../../src/sandbox/definitions.ts'
import { seededRandom } from '../../../src/sandbox/random.ts'
import { simulateWorkloads } from '../../../src/sandbox/simulation/workloads.ts'
import { createSteppedClock, type SteppedClock } from '../../../src/sandbox/stepped/clock.ts'
import { createSteppedCluster } from '../../../src/sandbox/stepped/cluster.ts'
import { fair } from '../../../src/sandbox/stepped/kube.ts'
import { fixtures } from '../../conformance/routers/fixtures.ts'
import { deployment, merged } from '../../scenarios/scenario.ts'

export interface SteppedProvider {
  store: Store
  clock: SteppedClock
  /** Objects of the namespace that the controller wrote, but for the Canary and its events. */
  made: readonly KubeObject[]
  /** How many objects the controller wrote since it was at rest, but for events. */
  writes(): number
  canary(): CanaryResource | undefined
  events(): string[]
}

const namespace = 'test'
const at = { metadata: { name: 'podinfo', namespace } }
const definitions = customKinds()
const canaryKind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
const analysis = { interval: '30s', threshold: 2, stepWeight: 20, maxWeight: 40 }

/** Resolves when it is initialized; the provider must have a fixture. */
export async function givenAtRest(provider: string): Promise<SteppedProvider> {
  const fixture = fixtures[provider]
  if (!fixture) throw new Error(`provider ${provider} has no fixture`)
  const clock = createSteppedClock()
  const store = createSteppedCluster({ clock, definitions, namespaces: [namespace] })
  const simulation = simulateWorkloads(store, { clock, startupMs: 1_000 })
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  for (const object of fixture.cluster) store.create(structuredClone(object))
  store.create(merged(deployment, at))
  store.create(
    merged({ ...canaryKind, ...at }, { spec: { provider, ...fixture.spec, targetRef, analysis } }),
  )
  const made = new Map<string, KubeObject>()
  let writes = 0
  const process = startProcess({
    ...{ store, clock, weather: { ...fair }, flags: [], log: silent, random: seededRandom(7) },
    http: async () => ({ status: 200, headers: {}, body: '{}' }),
    onRequest() {},
    onWrite(object) {
      if (object.kind === 'Event') return
      writes += 1
      if (object.kind !== 'Canary') made.set(`${object.kind}/${object.metadata.name}`, object)
    },
  })
  onTestFinished(() => {
    process.kill()
    simulation.stop()
  })
  await clock.pass(120_000)
  writes = 0
  return {
    ...{ store, clock, made: [...made.values()], writes: () => writes },
    canary: () => store.get<CanaryResource>({ ...canaryKind, namespace, name: 'podinfo' }),
    events: () =>
      store
        .list<KubeObject & { message: string }>({ apiVersion: 'v1', kind: 'Event' }, { namespace })
        .map(({ message }) => message),
  }
}

import { expect, test } from 'vitest'
import { surroundingsOf } from '../../../../controller/observe/surroundings.ts'
import type { Cache } from '../../../../src/io/kube/cache/cache.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { neighbourOf } from '../../../../src/workloads/identity/neighbours.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'
import { observation } from '../../../support/observation.ts'
import { deployment } from '../../workloads/builders.ts'

/** A namespace with one other workload, of which `labels` can be changed. */
function namespace() {
  const worker = { labels: { app: 'other' } as Record<string, string>, edition: 1 }
  let looks = 0
  const cache: Pick<Cache, 'list' | 'glimpses' | 'edition'> = {
    list: () => [],
    // As everywhere the caller names the type.
    glimpses<T extends KubeObject>(of: { kind: string }) {
      looks += 1
      const neighbours: KubeObject[] = [neighbourOf(deployment({ name: 'worker', ...worker }))]
      return (of.kind === 'Deployment' ? neighbours : []) as T[]
    },
    edition: () => worker.edition,
  }
  const settings = { defaults: { meshProvider: 'istio', metricsServer: '' } }
  const memory = { surroundings: undefined }
  const deps = { cache, settings }
  const look = () =>
    surroundingsOf({ routerContext: contextOf({}), state: observation().workload, deps, memory })
  return { worker, look, looks: () => looks }
}

test('a canary compares itself with others once, as long as none of them is changed', () => {
  const { look, looks } = namespace()
  look()
  const once = looks()
  look()
  expect(looks()).toBe(once)
})

test('a workload whose labels come to be those of the target is told of at the next look', () => {
  const { worker, look } = namespace()
  expect(look().shared).toEqual([])
  worker.labels = { app: 'podinfo' }
  worker.edition += 1
  expect(look().shared).toEqual([expect.stringContaining('would select the pods of deployment')])
})

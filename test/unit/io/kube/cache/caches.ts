/** A cache of Deployments and Secrets on an API server of the test. */
import { createCache } from '../../../../../src/io/kube/cache/cache.ts'
import { silent } from '../../../../../src/io/log.ts'
import { resourceKind } from '../../../../../src/known-kinds.ts'
import { type KubeObject, refOf } from '../../../../../src/objects.ts'
import { hurriedClock } from '../../fake-clock.ts'
import type { FakeKube } from '../fake-kube.ts'

export const deployments = resourceKind({ apiVersion: 'apps/v1', kind: 'Deployment' })

export function deployment(name: string, labels: Record<string, string> = {}, namespace = 'test') {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } }
}

export const ref = (name: string, namespace = 'test') => refOf(deployment(name, {}, namespace))

export const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort()

export function started(kube: FakeKube, options = {}) {
  const cache = createCache(
    { kube, clock: hurriedClock(), random: () => 0.5, log: silent },
    options,
  )
  const changes: string[] = []
  const waiting: { line: string; resolve: () => void }[] = []
  cache.onChange(({ name }, object, previous, source) => {
    const verb = object ? (previous ? 'changed' : 'new') : 'gone'
    const line = `${verb} ${name} by ${source}`
    changes.push(line)
    for (const one of waiting) if (one.line === line) one.resolve()
  })
  return {
    cache,
    changes,
    /** Resolves when that change is reported, now or earlier. */
    change: (line: string) =>
      changes.includes(line)
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ line, resolve })),
    [Symbol.asyncDispose]: () => cache.stop(),
  }
}

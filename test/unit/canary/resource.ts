import type { Canary, Defaults } from '../../../src/canary/canary.ts'
import { parseCanary } from '../../../src/canary/canary.ts'

type Tree = Record<string, unknown>

export const defaults: Defaults = { meshProvider: 'istio', metricsServer: 'http://prometheus:9090' }

/** A Canary as stored, complete and valid; `spec` and `analysis` are laid over what it has. */
export function stored(over: { spec?: Tree; analysis?: Tree; status?: unknown } = {}) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898 },
      analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50, ...over.analysis },
      ...over.spec,
    },
    ...('status' in over && { status: over.status }),
  }
}

/** The same, parsed; throws when it has a problem, so that no test passes by accident. */
export function parsed(over: Parameters<typeof stored>[0] = {}, using = defaults): Canary {
  const { canary, problems } = parseCanary(stored(over), using)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return canary
}

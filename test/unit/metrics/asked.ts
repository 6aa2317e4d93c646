/** The checks of canaries with these metrics. */
import { metricChecks } from '../../../src/metrics/checks.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { canary } from './builders.ts'

export const now = new Date('2026-01-01T00:00:00Z')

export const checksOf = (metrics: object[], objects: KubeObject[] = [], spec: object = {}) =>
  metricChecks(canary(metrics, spec), { find: findIn(objects), meshProvider: 'istio', now })

export const only = (metric: object, objects: KubeObject[] = [], spec: object = {}) => {
  const [check, ...rest] = checksOf([metric], objects, spec)
  if (!check || rest.length > 0) throw new Error('expected one check')
  return check
}

export const never = answering({ error: 'nobody should have been asked' })

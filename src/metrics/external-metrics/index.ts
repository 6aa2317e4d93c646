/** The external metrics of Kubernetes, of whoever serves them. */
import type { MetricService } from '../provider.ts'
import { provider } from './provider.ts'

export const externalMetrics: MetricService = {
  type: 'externalmetrics',
  provider,
  grants: [{ resource: 'external.metrics.k8s.io/*', verbs: ['list'] }],
}

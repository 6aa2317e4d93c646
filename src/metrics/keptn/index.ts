/** Keptn's metrics and analyses, which are objects of the cluster. */
import type { MetricService } from '../provider.ts'
import { keptn as provider } from './provider.ts'

export const keptn: MetricService = {
  type: 'keptn',
  provider,
  grants: [
    { resource: 'metrics.keptn.sh/keptnmetrics', verbs: ['get'] },
    { resource: 'metrics.keptn.sh/analyses', verbs: ['get', 'create', 'delete'] },
  ],
}

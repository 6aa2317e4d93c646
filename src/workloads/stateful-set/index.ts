/** StatefulSets as targets, which Flagger has not. */
import { namespacedKind } from '../../resource-kind.ts'
import type { WorkloadKind } from '../workload.ts'
import { shown } from './shown.ts'
import { statefulSet as workload } from './workload.ts'

export const statefulSet: WorkloadKind = {
  kind: 'StatefulSet',
  serves: shown.serves,
  kinds: [
    shown.kind,
    namespacedKind('v1', 'ConfigMap', 'configmaps'),
    namespacedKind('v1', 'Secret', 'secrets'),
  ],
  measured: { podNameEnds: '[0-9]+' },
  workload,
}

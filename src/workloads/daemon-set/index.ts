/** DaemonSets as targets. The API group is not asked for: manifests with old ones are about. */
import { namespacedKind } from '../../resource-kind.ts'
import type { WorkloadKind } from '../workload.ts'
import { shown } from './shown.ts'
import { daemonSet as workload } from './workload.ts'

export const daemonSet: WorkloadKind = {
  kind: 'DaemonSet',
  serves: shown.serves,
  kinds: [
    shown.kind,
    namespacedKind('v1', 'ConfigMap', 'configmaps'),
    namespacedKind('v1', 'Secret', 'secrets'),
  ],
  measured: { podNameEnds: '[0-9a-zA-Z]+' },
  workload,
}

/** What people are shown of StatefulSets. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ShownWorkload } from '../shown.ts'

export const shown: ShownWorkload = {
  kind: namespacedKind('apps/v1', 'StatefulSet', 'statefulsets'),
  serves: ({ kind }) => kind === 'StatefulSet',
  shortNames: ['sts'],
  podsOf: ({ spec, status }) => ({
    wanted: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
  }),
}

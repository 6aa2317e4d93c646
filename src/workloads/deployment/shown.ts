/** What people are shown of Deployments. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ShownWorkload } from '../shown.ts'

export const shown: ShownWorkload = {
  kind: namespacedKind('apps/v1', 'Deployment', 'deployments'),
  serves: ({ kind }) => kind === 'Deployment',
  shortNames: ['deploy'],
  isUsual: true,
  hasReplicaSets: true,
  podsOf: ({ spec, status }) => ({
    wanted: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
  }),
  lackingSince: ({ status }) =>
    status?.conditions?.find((one) => one.type === 'Available' && one.status === 'False')
      ?.lastUpdateTime,
}

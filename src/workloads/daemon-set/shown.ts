/** What people are shown of DaemonSets: the nodes make their size. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ShownWorkload } from '../shown.ts'

export const shown: ShownWorkload = {
  kind: namespacedKind('apps/v1', 'DaemonSet', 'daemonsets'),
  serves: ({ kind }) => kind === 'DaemonSet',
  shortNames: ['ds'],
  podsOf: ({ status }) => ({
    wanted: status?.desiredNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
  }),
}

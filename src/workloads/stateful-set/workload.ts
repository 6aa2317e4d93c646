/**
 * StatefulSets as targets. Without `volumeClaimTemplates` they are like Deployments; with them the
 * primary has claims of its own, which start empty.
 */
import { copied } from '../copied/copied.ts'
import { stripPlacement } from '../copied/placement.ts'
import type { StatefulSet } from '../pods/pod-template.ts'
import { sizedByReplicas } from '../sized.ts'
import type { Workload } from '../workload.ts'
import { isObserved, statefulSetReadiness, unobserved } from './readiness.ts'
import { unusable } from './usable.ts'

export const statefulSet: Workload = copied<StatefulSet>({
  ...sizedByReplicas<StatefulSet>(),
  kind: 'StatefulSet',
  plural: 'statefulsets',
  primaryWords: 'primary statefulset ',
  settings: [
    'minReadySeconds',
    'ordinals',
    'persistentVolumeClaimRetentionPolicy',
    'revisionHistoryLimit',
    'updateStrategy',
  ],
  // The API server takes no other value for these once the object is there.
  settingsWhenMade: ['podManagementPolicy', 'serviceName', 'volumeClaimTemplates'],
  isKubernetes: () => false,
  asWritten: stripPlacement,
  unusable,
  unobserved,
  readiness: statefulSetReadiness,
  isRolledOut(of) {
    const { replicas = 0, updatedReplicas = 0 } = of.status ?? {}
    return isObserved(of) && replicas === updatedReplicas
  },
})

/** Deployments as targets: the user's Deployment is the canary, `<name>-primary` its copy. */
import { copied } from '../copied/copied.ts'
import { stripPlacement } from '../copied/placement.ts'
import type { Deployment } from '../pods/pod-template.ts'
import { deploymentReadiness, unobserved } from '../readiness.ts'
import { sizedByReplicas } from '../sized.ts'
import type { Workload } from '../workload.ts'

export const deployment: Workload = copied<Deployment>({
  ...sizedByReplicas<Deployment>(),
  kind: 'Deployment',
  plural: 'deployments',
  primaryWords: '',
  settings: ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'],
  isKubernetes: (annotation) => annotation.startsWith('deployment.kubernetes.io/'),
  asWritten: stripPlacement,
  unobserved,
  readiness: deploymentReadiness,
  isRolledOut({ metadata, status = {} }) {
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status
    return observedGeneration >= (metadata.generation ?? 0) && replicas === updatedReplicas
  },
})

/** Deployments as targets: the user's Deployment is the canary, `<name>-primary` its copy. */
import { copied } from '../copied/copied.ts'
import { stripPlacement } from '../copied/placement.ts'
import { fullScale } from '../full-scale.ts'
import type { Deployment } from '../pods/pod-template.ts'
import { deploymentReadiness, unobserved } from '../readiness.ts'
import type { Workload } from '../workload.ts'

export const deployment: Workload = copied<Deployment>({
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
  rests: (of) => sizeOf(of) === 0,
  noPods: (of) =>
    sizeOf(of) === 0 ? 'it is scaled to zero, and traffic needs at least one replica' : undefined,
  size: sizeOf,
  withSize,
  full: (target, primary, sizing) =>
    withSize(
      target,
      fullScale({ target: sizeOf(target), primary: primary && sizeOf(primary) }, sizing),
    ),
  atRest: (target) => withSize(target, 0),
  givenBack(target, primary, sizing) {
    const asItWas = fullScale({ target: sizeOf(target), primary: undefined }, sizing)
    return withSize(target, primary ? sizeOf(primary) : asItWas)
  },
})

function sizeOf({ spec }: Deployment): number {
  return spec.replicas ?? 1
}

function withSize(of: Deployment, replicas: number): Deployment {
  return of.spec.replicas === replicas ? of : { ...of, spec: { ...of.spec, replicas } }
}

/** DaemonSets as targets: one pod on each node that fits, so that a rest is a matter of nodes. */
import { copied } from '../copied/copied.ts'
import { stripPlacement } from '../copied/placement.ts'
import type { DaemonSet } from '../pods/pod-template.ts'
import type { Workload } from '../workload.ts'
import { daemonSetReadiness, isObserved, unobserved } from './readiness.ts'
import { atRest, rests, withoutRest } from './rest.ts'

export const daemonSet: Workload = copied<DaemonSet>({
  kind: 'DaemonSet',
  plural: 'daemonsets',
  primaryWords: 'primary daemonset ',
  settings: ['minReadySeconds', 'revisionHistoryLimit', 'updateStrategy'],
  isKubernetes: (annotation) => annotation.startsWith('deprecated.daemonset.template.generation'),
  asWritten: (found) => stripPlacement(withoutRest(found)),
  unusable,
  warning: takenPorts,
  unobserved,
  readiness: daemonSetReadiness,
  isRolledOut(of) {
    const { desiredNumberScheduled = 0, updatedNumberScheduled = 0 } = of.status ?? {}
    return isObserved(of) && updatedNumberScheduled >= desiredNumberScheduled
  },
  isServing: ({ status = {} }) => (status.numberReady ?? status.numberAvailable ?? 0) > 0,
  rests,
  noPods: ({ status = {} }) =>
    (status.desiredNumberScheduled ?? 0) === 0
      ? 'no node fits it, and traffic needs at least one pod; correct nodeSelector, affinity or ' +
        'tolerations of the target, or add a node'
      : undefined,
  // Flagger copies the selector of a target at rest to a primary that it makes.
  mended: withoutRest,
  full: (target) => target,
  atRest,
  givenBack: (target) => target,
})

/** Pods that nobody replaces never run a new version. */
function unusable({ spec }: DaemonSet): string | undefined {
  const { type = '' } = spec.updateStrategy ?? {}
  if (type === '' || type === 'RollingUpdate') return undefined
  return (
    `must have RollingUpdate strategy but have ${type}; ` +
    'set its spec.updateStrategy.type to RollingUpdate'
  )
}

/** A port of a node is for one pod: target and primary, which have a pod on each, never run beside. */
function takenPorts({ spec }: DaemonSet): string | undefined {
  const { containers, hostNetwork = false } = spec.template.spec
  const ports = containers.flatMap(({ ports: own = [] }) =>
    own.flatMap(({ hostPort, containerPort }) => hostPort ?? (hostNetwork ? containerPort : [])),
  )
  if (ports.length === 0) return undefined
  const which = `port${ports.length > 1 ? 's' : ''} ${[...new Set(ports)].join(', ')}`
  return (
    `takes ${which} of its nodes, which its primary needs as well, so that one of the two stays ` +
    'Pending; remove hostPort and hostNetwork from the target'
  )
}

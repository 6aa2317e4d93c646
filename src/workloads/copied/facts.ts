/** What Services and routes need to know of a target and the primary that is its copy. */
import type { Canary } from '../../canary/canary.ts'
import { type Identity, identityOfPrimary } from '../identity/identity.ts'
import type { Templated } from '../pods/pod-template.ts'
import { discoverPorts } from '../pods/ports.ts'
import type { ServicePort, WorkloadFacts } from '../workload.ts'
import type { CopiedRead } from './read.ts'

/** `isRolledOut` says whether all pods of the primary are of its present template. */
export function factsOf(
  { identity, target, primary }: CopiedRead,
  canary: Canary,
  isRolledOut: boolean,
): WorkloadFacts {
  const further = primary && furtherLabels(identity, primary, isRolledOut)
  return {
    selectorKey: identity.key,
    targetLabels: identity.target,
    primaryLabels: identity.primary,
    ...(further && { furtherLabels: further }),
    discoveredPorts: portsOf(target, canary),
    ...(primary && {
      primaryPorts: portsOf(primary, canary),
      offered: { byTarget: offeredBy(target), byPrimary: offeredBy(primary) },
    }),
  }
}

/** The facts without the target; undefined for a primary that tells too little. */
export function factsOfPrimary(primary: Templated, canary: Canary): WorkloadFacts | undefined {
  const identity = identityOfPrimary(primary)
  return (
    identity && {
      selectorKey: identity.key,
      targetLabels: identity.target,
      primaryLabels: identity.primary,
      discoveredPorts: portsOf(primary, canary),
    }
  )
}

function portsOf({ spec }: Templated, canary: Canary): ServicePort[] {
  const { service } = canary.spec
  return service?.portDiscovery ? discoverPorts(spec.template.spec.containers, service) : []
}

function offeredBy({ spec }: Templated): (string | number)[] {
  const ports = spec.template.spec.containers.flatMap((container) => container.ports ?? [])
  return ports.flatMap(({ name, containerPort }) =>
    name ? [name, containerPort] : [containerPort],
  )
}

/**
 * A primary that Flagger made selects by one label alone, which it may share with the primary of
 * another component. Its pods have the other labels of the target's selector as well.
 */
function furtherLabels(
  { target, primary, marks }: Identity,
  found: Templated,
  isRolledOut: boolean,
): WorkloadFacts['furtherLabels'] {
  const { labels: running = {} } = found.spec.template.metadata ?? {}
  const further = Object.entries(target).filter(
    ([key, value]) => !(key in primary) && !(key in marks) && running[key] === value,
  )
  if (further.length === 0) return undefined
  return { labels: Object.fromEntries(further), areOnAll: isRolledOut }
}

/**
 * A Service as the target: `<name>-canary` follows it, `<name>-primary` is its promoted copy, and
 * the route that is named after it shifts between the two. The target itself is never changed.
 */
import type { Canary } from '../../canary/canary.ts'
import { isLeftOver, isMadeFor } from '../../canary/names/ownership.ts'
import { isNew } from '../../canary/phases.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { recreation } from '../copied/recreation.ts'
import { plainFacts } from '../plain-facts.ts'
import type { Readiness, Workload, WorkloadContext } from '../workload.ts'
import { copyOf, revisionOfService, type Service } from './copy.ts'

export const service: Workload = {
  reads: ({ canary }) => Object.values(refsOf(canary)),

  observe(context) {
    const { canary } = context
    const read = readServices(context)
    const { target, primary, revision } = read
    const primaryRevision = primary && revisionOfService(primary, canary)
    return {
      facts: plainFacts(canary.targetName),
      // Others see to the pods, of which a Service says nothing.
      target: { state: 'ready' },
      primary: primary ? { state: 'ready' } : missing(read, context),
      revision,
      primaryRevision,
      generation: target.metadata.generation ?? 0,
      configs: undefined,
      images: [],
      promoted: primaryRevision === revision,
    }
  },

  factsOfPrimary: ({ canary }) => plainFacts(canary.targetName),

  initialize(context) {
    const { canary } = context
    const read = readServices(context)
    const follower = copyOf(read.target, { ...namedFor(canary).canary, found: read.copy, canary })
    if (read.primary) return [follower, ...(isLeftOver(read.primary, canary) ? [read.primary] : [])]
    const { problem } = recreation({ revision: read.revision, checksums: undefined }, context)
    if (problem !== undefined) throw new InvalidSpecError(problem)
    return [follower, promoted(read, canary)]
  },

  promote: (context) => [promoted(readServices(context), context.canary)],

  scale: () => [],
  resize: () => [],
  restore: () => ({ write: [], remove: [] }),
}

interface Read {
  target: Service
  primary: Service | undefined
  copy: Service | undefined
  revision: string
}

/** Throws InvalidSpecError where the target is missing, or something has the name of a copy. */
function readServices({ canary, find }: WorkloadContext): Read {
  const refs = refsOf(canary)
  const target = find<Service>(refs.target)
  if (!target)
    throw new InvalidSpecError(
      `service ${canary.targetName}.${canary.namespace} get query error: ` +
        `services "${canary.targetName}" not found`,
    )
  const [primary, copy] = [refs.primary, refs.canary].map((ref) => {
    const found = find<Service>(ref)
    // Of an initialized canary it is the copy: Flagger's promotion takes the owner from it.
    if (found && isNew(canary.status.phase ?? '') && !isMadeFor(found, canary))
      throw inTheWay(ref, canary)
    return found
  })
  return { target, primary, copy, revision: revisionOfService(target, canary) }
}

function promoted({ target, primary }: Read, canary: Canary): Service {
  return copyOf(target, { ...namedFor(canary).primary, found: primary, canary })
}

function missing({ revision }: Read, context: WorkloadContext): Readiness {
  const { primaryName, namespace } = context.canary
  const prefix = `service ${primaryName}.${namespace} not ready:`
  const { problem } = recreation({ revision, checksums: undefined }, context)
  return { state: 'missing', why: `${prefix} ${problem ?? 'it is to be made'}` }
}

function namedFor({ targetName, primaryName }: Canary) {
  return { primary: { name: primaryName }, canary: { name: `${targetName}-canary` } }
}

function refsOf(canary: Canary): Record<'target' | 'primary' | 'canary', ObjectRef> {
  const at = { apiVersion: 'v1', kind: 'Service', namespace: canary.namespace }
  const { primary, canary: follower } = namedFor(canary)
  return {
    target: { ...at, name: canary.targetName },
    primary: { ...at, ...primary },
    canary: { ...at, ...follower },
  }
}

function inTheWay({ name, namespace }: ObjectRef, { label, targetName }: Canary): InvalidSpecError {
  return new InvalidSpecError(
    `service ${name}.${namespace} is in the way: canary ${label} makes a copy of service ` +
      `${targetName} by this name, and that would overwrite it; rename or remove it`,
  )
}

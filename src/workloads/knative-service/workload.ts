/**
 * A Knative Service as the target: its latest revision is the canary, and the one that an
 * annotation names is the primary. Promoting is naming another one; sizes are Knative's.
 */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import {
  type KnativeCondition,
  type KnativeService,
  knativeName,
  knativeRevisions,
  knativeServiceRef,
  primaryRevision,
  primaryRevisionKey,
  withPrimary,
} from '../../knative-service.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { plainFacts } from '../plain-facts.ts'
import { revisionOf } from '../revision.ts'
import type { Readiness, Workload, WorkloadContext, WorkloadState } from '../workload.ts'

interface Revision extends KubeObject {
  spec?: { containers?: { name?: string; image?: string }[] }
  status?: { conditions?: readonly KnativeCondition[] }
}

export const knativeService: Workload = {
  reads({ canary, find }) {
    const ref = knativeServiceRef(canary)
    const found = find<KnativeService>(ref)
    const names = found ? [primaryRevision(found), latestOf(found)] : []
    const known = [...new Set(names)].filter((name) => name !== undefined)
    return [ref, ...known.map((name) => revisionRef(canary, name))]
  },

  observe,

  factsOfPrimary: ({ canary }) => plainFacts(canary.targetName),

  /** What serves everybody until now becomes the primary. */
  initialize(context) {
    const service = read(context)
    if (service.metadata.annotations?.[primaryRevisionKey]) return []
    const name = firstPrimary(service)
    return name === undefined ? [] : [withPrimary(service, name)]
  },

  promote(context) {
    const service = read(context)
    const latest = latestOf(service)
    return latest === undefined ? [] : [withPrimary(service, latest)]
  },

  scale: () => [],
  resize: () => [],
  // Note and traffic stand on one object, which the router gives back.
  restore: () => ({ write: [], remove: [] }),
}

function observe(context: WorkloadContext): WorkloadState {
  const { canary } = context
  const service = read(context)
  const latest = latestOf(service)
  const primary = primaryRevision(service)
  const none = { state: 'waiting', why: `${knativeName(canary)} has no revision yet` } as const
  return {
    facts: plainFacts(canary.targetName),
    target: latest === undefined ? none : withinDeadline(latest, context),
    primary: primary === undefined ? unnamed(service, context) : readiness(primary, context),
    revision: revisionOf(latest ?? ''),
    primaryRevision: primary === undefined ? undefined : revisionOf(primary),
    generation: service.metadata.generation ?? 0,
    configs: undefined,
    images: images(context, { primary, latest }),
    promoted: primary !== undefined && primary === latest,
  }
}

/** Throws InvalidSpecError where the target is missing. */
function read({ canary, find }: WorkloadContext): KnativeService {
  const found = find<KnativeService>(knativeServiceRef(canary))
  if (found) return found
  throw new InvalidSpecError(
    `${knativeName(canary)} get query error: services.serving.knative.dev ` +
      `"${canary.targetName}" not found`,
  )
}

function latestOf({ status }: KnativeService): string | undefined {
  return status?.latestCreatedRevisionName || undefined
}

/** A revision that is still to come up has not served anybody. */
function firstPrimary(service: KnativeService): string | undefined {
  return primaryRevision(service) ?? (service.status?.latestReadyRevisionName || latestOf(service))
}

function unnamed(service: KnativeService, { canary }: WorkloadContext): Readiness {
  if (firstPrimary(service) === undefined)
    return { state: 'waiting', why: `${knativeName(canary)} has no revision yet` }
  return { state: 'missing', why: `${knativeName(canary)} primary revision annotation not found` }
}

function revisionRef({ namespace }: Canary, name: string): ObjectRef {
  const { apiVersion, kind } = knativeRevisions
  return { apiVersion, kind, namespace, name }
}

function readiness(name: string, { canary, find }: WorkloadContext): Readiness {
  const at = `Knative Revision ${name}.${canary.namespace}`
  const found = find<Revision>(revisionRef(canary, name))
  if (!found) return { state: 'waiting', why: `${at} is not ready: it is not there` }
  const ready = found.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status === 'True') return { state: 'ready' }
  const said = ready?.message ? `: ${ready.message}` : ''
  return { state: 'waiting', why: `${at} is not ready${said}` }
}

/** Flagger waits for a revision without end. */
function withinDeadline(name: string, context: WorkloadContext): Readiness {
  const { canary, find, now } = context
  const is = readiness(name, context)
  const { creationTimestamp } = find<Revision>(revisionRef(canary, name))?.metadata ?? {}
  if (is.state !== 'waiting' || creationTimestamp === undefined) return is
  const ageMs = now.getTime() - Date.parse(creationTimestamp)
  return ageMs > canary.progressDeadlineSeconds * 1_000 ? { state: 'failed', why: is.why } : is
}

interface Names {
  primary: string | undefined
  latest: string | undefined
}

function images({ canary, find }: WorkloadContext, { primary, latest }: Names) {
  const containersOf = (name: string | undefined) =>
    (name === undefined ? undefined : find<Revision>(revisionRef(canary, name)))?.spec
      ?.containers ?? []
  const before = containersOf(primary)
  return containersOf(latest).map(({ name = 'user-container', image = '' }, at) => ({
    container: name,
    primary: before[at]?.image,
    target: image,
  }))
}

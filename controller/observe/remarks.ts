/** What is to be said of a canary before anything is done: what holds it, and what does not. */
import type { Fault, Observation } from '../../src/analysis/decision.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { formatDuration } from '../../src/canary/duration.ts'
import { isNew } from '../../src/canary/phases.ts'
import { sharingWarnings } from '../../src/canary/sharing.ts'
import { odd } from '../../src/inspection/fault.ts'
import { inspect, inspectSpec } from '../../src/inspection/inspect.ts'
import { validate } from '../../src/inspection/validate.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { Abilities, Router, RouterContext } from '../../src/routers/router.ts'
import {
  leadingNowhere,
  type ServiceBeside,
  serviceKind,
} from '../../src/routers/services/beside.ts'
import {
  ledElsewhere,
  lostBackends,
  takeoverProblems,
} from '../../src/routers/services/takeover.ts'
import type { Scaler } from '../../src/scalers/scaler.ts'
import { methodOf } from '../../src/webhooks/request.ts'
import type { Neighbour } from '../../src/workloads/identity/neighbours.ts'
import { strangerAtPrimary } from '../../src/workloads/identity/stranger.ts'
import type { Reading, WorkloadState } from '../../src/workloads/workload.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { neighboursOf, surroundingsOf } from './surroundings.ts'
import { workloadRef } from './workload-ref.ts'

interface Found {
  /** What the shape of the spec gets wrong. */
  problems: string[]
  router: Router
  routerContext: RouterContext
  scaler?: Scaler | undefined
  state: WorkloadState
  abilities: Abilities
  now: Date
  deps: Deps
  memory: Pick<Memory, 'surroundings'>
}

/**
 * A canary that is not initialized yet is held by what would do harm; one that is, serves with it
 * already: that is a warning, and nothing is taken away.
 */
export function remarks(found: Found): Pick<Observation, 'problems' | 'faults' | 'warnings'> {
  const noted = problemsAndWarnings(found)
  return { ...noted, faults: noted.problems.length > 0 ? [] : faultsOf(found) }
}

function problemsAndWarnings(found: Found): Pick<Observation, 'problems' | 'warnings'> {
  const { router, routerContext, scaler, state } = found
  const { canary } = routerContext
  const { conflict, shared } = surroundingsOf(found)
  const ofSpec = specProblems(found, canary)
  const problems = conflict === undefined ? ofSpec : [...ofSpec, conflict]
  const warnings = [
    ...cutTimeouts(canary, found.deps.settings.longestTimeoutMs),
    ...refusedMethods(canary, found.deps.settings.hookMethods),
    ...sharingWarnings(canary, routerContext.find, found.deps.settings.sharing),
    ...(state.warnings ?? []),
    ...(router.warnings?.(routerContext) ?? []),
    ...(scaler?.warnings?.(readingOf(found)) ?? []),
  ]
  if (!isNew(canary.status.phase ?? ''))
    return { problems, warnings: [...warnings, ...lostBackends(routerContext), ...shared] }
  const neighbours = neighboursOf(found)
  const stranger = strangerOf(found)
  const others = [...(stranger ? [stranger] : shared), ...ledElsewhere(routerContext, neighbours)]
  const ofOthers = others.map((problem) => `canary ${canary.label}: ${problem}`)
  return {
    problems: [...problems, ...takeoverProblems(router, routerContext), ...ofOthers],
    warnings: [...warnings, ...servicesAtRest(found, neighbours)],
  }
}

interface Governed extends KubeObject {
  spec?: { serviceName?: string }
}

/** Services of others that lose their pods once the target rests. */
function servicesAtRest({ routerContext, deps }: Found, neighbours: readonly Neighbour[]) {
  const { canary, facts, find } = routerContext
  const target = neighbours.find(({ metadata }) => metadata.name === canary.targetName)
  const ref = workloadRef(canary, canary.targetName)
  return leadingNowhere(canary, facts, {
    podLabels: target?.spec.template.metadata.labels ?? {},
    services: deps.cache.glimpses<ServiceBeside>(serviceKind, canary.namespace),
    governing: ref && find<Governed>(ref)?.spec?.serviceName,
  })
}

function strangerOf({ routerContext: { canary, facts, find }, state }: Found): string | undefined {
  const primary = workloadRef(canary, canary.primaryName)
  // Without a target the labels are a guess.
  if (!primary || state.target.state === 'missing') return undefined
  return strangerAtPrimary(canary, find(primary), facts)
}

/** Hooks that ask for more time than any request is given. */
function cutTimeouts({ analysis }: Canary, longestMs: number): string[] {
  return analysis.webhooks
    .filter(({ timeoutMs }) => timeoutMs > longestMs)
    .map(
      ({ name, timeoutMs }) =>
        `webhook ${name}: its timeout of ${formatDuration(timeoutMs)} is cut to ` +
        `${formatDuration(longestMs)}, the longest that -max-request-timeout of the controller gives`,
    )
}

/** Hooks that ask for a method that the controller does not send. */
function refusedMethods({ analysis }: Canary, methods: readonly string[]): string[] {
  return analysis.webhooks.flatMap(({ name, metadata }) => {
    const method = methodOf(metadata)
    if (methods.includes(method)) return []
    return [
      `webhook ${name}: its metadata.method is ${method}, and it fails each time; leave it out, or ` +
        `start the controller with -hook-methods=POST,${method}`,
    ]
  })
}

/** What a Canary refers to may be created right after it: until its primary serves, that is early. */
function faultsOf(found: Found): Fault[] {
  const { routerContext, scaler, state, abilities, now, deps } = found
  const { canary, find } = routerContext
  const { sharing, defaults } = deps.settings
  const { meshProvider } = defaults
  const isEarly = isNew(canary.status.phase ?? '') && state.primary.state !== 'ready'
  if (isEarly) return inspectSpec(canary, { abilities, now, meshProvider })
  const ofOthers = [...(scaler?.faults?.(readingOf(found)) ?? []), ...surroundingsOf(found).rivals]
  return [...inspect(canary, { find, abilities, now, meshProvider, sharing }), ...ofOthers.map(odd)]
}

function readingOf({ routerContext: { canary, find }, deps }: Found): Reading {
  return { canary, find, settings: deps.settings.workloads }
}

function specProblems({ problems, deps }: Found, canary: Canary): string[] {
  const { noCrossNamespaceRefs } = deps.settings
  return problems.length > 0 ? problems : validate(canary, { noCrossNamespaceRefs })
}

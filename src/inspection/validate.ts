/** What a Canary of the right shape can still get wrong. */

import type { Canary } from '../canary/canary.ts'
import { parseDuration } from '../canary/duration.ts'
import { nameProblems } from '../canary/names/generated-names.ts'
import { leadsToPods } from '../canary/names/names.ts'
import { misfit } from '../routers/index.ts'
import { targetProblems } from '../workloads/index.ts'
import { lengthProblems } from './list-limits.ts'

export interface ValidationOptions {
  /** References may not leave the namespace of the Canary. */
  noCrossNamespaceRefs: boolean
}

/**
 * Reasons not to work on this canary, one sentence each; empty when there are none. It is for a
 * canary that `parseCanary` found no problems in, and does not repeat those. The texts of
 * Flagger's own checks are Flagger's, since users search for them.
 */
export function validate(canary: Canary, { noCrossNamespaceRefs }: ValidationOptions): string[] {
  const unfit = misfit(canary.provider, canary.spec.targetRef)
  const ofKind = [...(unfit === undefined ? [] : [unfit]), ...targetProblems(canary)]
  const ours = [
    ...[...unsaid(canary), ...nameProblems(canary), ...endlessProblems(canary)],
    ...lengthProblems(canary.spec),
  ]
  return [
    ...(noCrossNamespaceRefs ? foreignReferences(canary) : []),
    ...ofKind,
    ...cookieProblems(canary),
    ...ours.map((problem) => `canary ${canary.label}: ${problem}`),
  ]
}

function foreignReferences({ namespace, spec, analysis }: Canary): string[] {
  const references = [
    { kind: 'gloo upstream', ref: spec.upstreamRef },
    ...analysis.metrics.flatMap(({ templateRef, counts }) =>
      [templateRef, counts?.templateRef].map((ref) => ({ kind: 'metric template', ref })),
    ),
    ...analysis.alerts.map(({ providerRef }) => ({ kind: 'alert provider', ref: providerRef })),
  ]
  return references.flatMap(({ kind, ref }) =>
    ref?.namespace && ref.namespace !== namespace
      ? [
          `can't access ${kind} ${ref.name}.${ref.namespace}, cross-namespace references are blocked`,
        ]
      : [],
  )
}

function cookieProblems({ analysis }: Canary): string[] {
  const { cookieName, primaryCookieName } = analysis.sessionAffinity ?? {}
  if (cookieName === undefined || cookieName !== primaryCookieName) return []
  return [
    "can't use the same cookie name for both primary and cookie name; please update them to be different",
  ]
}

/** Fields that no canary can do without. */
function unsaid({ spec }: Canary): string[] {
  const { kind, name } = spec.targetRef
  return [
    ...(name === ''
      ? [`spec.targetRef.name is empty; set it to the name of the ${kind} to release`]
      : []),
    ...(leadsToPods(spec) || spec.service?.port
      ? []
      : ['spec.service.port is missing; set it to the port that users call']),
  ]
}

/** Settings with which an analysis would never come to an end. */
function endlessProblems({ spec, analysis, strategy, skipAnalysis }: Canary): string[] {
  const problems: string[] = []
  const { stepWeight, stepWeights, iterations } = analysis
  if (!skipAnalysis && stepWeight === 0 && stepWeights.length === 0 && iterations === 0)
    problems.push(
      'spec.analysis would never end; set stepWeight, stepWeights or iterations to more than 0',
    )
  const given = spec.analysis.stepWeights ?? []
  const drop = given.findIndex((weight, index) => weight <= (given[index - 1] ?? -1))
  const areUsed = !skipAnalysis && strategy === 'canary' && stepWeight === 0
  if (areUsed && drop > 0)
    problems.push(
      `spec.analysis.stepWeights has ${given[drop]} after ${given[drop - 1]}; list growing weights`,
    )
  const { delay } = spec.analysis
  if (delay !== undefined && (parseDuration(delay) ?? -1) < 0)
    problems.push(`spec.analysis.delay "${delay}" is no duration; write it like 30s or 1m30s`)
  return problems
}

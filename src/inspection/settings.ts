/** Settings of the analysis that are accepted and rarely meant. */
import type { Fault } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration, parseDuration } from '../canary/duration.ts'
import { type Abilities, tenths } from '../routers/router.ts'
import { odd } from './fault.ts'

/** The time between two checks. */
export function intervalFaults({ spec, analysis }: Canary): Fault[] {
  const { interval } = spec.analysis
  const used = formatDuration(analysis.intervalMs)
  const read = parseDuration(interval)
  if (read === undefined)
    return [
      odd(`spec.analysis.interval "${interval}" is no duration, ${used} is used; write it like 1m`),
    ]
  if (read === analysis.intervalMs) return []
  return [
    odd(`spec.analysis.interval ${interval} is too short, ${used} is used; set at least ${used}`),
  ]
}

/** Weights, thresholds and numbers of checks. */
export function weightFaults({ spec, provider }: Canary, abilities: Abilities): Fault[] {
  const {
    maxWeight = 0,
    stepWeight = 0,
    stepWeights = [],
    threshold,
    consecutiveThreshold = 0,
  } = spec.analysis
  const found = unsharedFaults(spec, { provider, abilities })
  if ([maxWeight, ...stepWeights].some((weight) => weight > 100))
    found.push(odd('spec.analysis has a weight over 100, which counts as 100; set at most 100'))
  // As in Flagger, which takes the last of them for the weight at which a run is promoted.
  if (stepWeight > 0 && stepWeights.length > 0)
    found.push(
      odd(
        `spec.analysis.stepWeights beside stepWeight says only at which weight the run is promoted, ${stepWeights.at(-1)}; remove one of them`,
      ),
    )
  else if (maxWeight > 0 && stepWeights.length > 0 && maxWeight !== stepWeights.at(-1))
    found.push(
      odd(
        `spec.analysis.maxWeight has no effect beside stepWeights, the last of which is ${stepWeights.at(-1)}; remove it`,
      ),
    )
  if (threshold !== undefined && threshold < 1)
    found.push(odd(`spec.analysis.threshold ${threshold} counts as 1; set at least 1`))
  const least = Math.max(1, threshold ?? 1)
  if (consecutiveThreshold > 0 && consecutiveThreshold >= least)
    found.push(
      odd(
        `spec.analysis.consecutiveThreshold ${consecutiveThreshold} has no effect beside threshold ${least}; set fewer, or a higher threshold`,
      ),
    )
  return found
}

/** Weights that no route of the provider can hold: such a run would go on where it is not. */
function unsharedFaults(
  { analysis }: Pick<Canary['spec'], 'analysis'>,
  { provider, abilities }: { provider: string; abilities: Abilities },
): Fault[] {
  const { maxWeight = 0, stepWeight = 0, stepWeights = [] } = analysis
  const fields = { maxWeight: [maxWeight], stepWeight: [stepWeight], stepWeights }
  return Object.entries(fields).flatMap(([field, weights]) => {
    const fine = weights.find((weight) => !Number.isInteger(weight))
    if (fine === undefined || !abilities.weights) return []
    const isTenths = weights.every((weight) => tenths(weight) === weight)
    if (isTenths && abilities.tenths) return []
    const what = abilities.tenths ? 'tenths of a percent at the finest' : 'whole percent alone'
    const message = `spec.analysis.${field} ${fine}: provider ${provider} shares by ${what}; set such a weight`
    return [{ message, isFatal: true }]
  })
}

/** Fields that the provider, or another field, takes the effect of. */
export function unusedFaults({ provider, analysis, spec }: Canary, abilities: Abilities): Fault[] {
  const { sessionAffinity, match } = analysis
  const found: string[] = []
  if (sessionAffinity && !abilities.sessionAffinity)
    found.push(`spec.analysis.sessionAffinity has no effect with provider ${provider}; remove it`)
  // Where traffic is moved, an event says so at the start of each run.
  if (spec.analysis.mirror && !abilities.weights)
    found.push(`spec.analysis.mirror has no effect with provider ${provider}; remove it`)
  if (spec.analysis.mirrorWeight && !spec.analysis.mirror)
    found.push('spec.analysis.mirrorWeight has no effect without mirror; set mirror to true')
  if (sessionAffinity?.primaryCookieName && match.length > 0)
    found.push(
      'spec.analysis.sessionAffinity.primaryCookieName has no effect beside match, ' +
        'which decides who is on the primary; remove it',
    )
  return found.map(odd)
}

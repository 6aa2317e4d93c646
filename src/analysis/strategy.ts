/** The analysis as it can be run: what the provider is unable to do is replaced, and said. */
import type { Observation } from './decision.ts'

export interface Adapted {
  strategy: 'canary' | 'ab-testing' | 'blue-green'
  iterations: number
  /** Copy requests to the canary before, or instead of, sending any. */
  mirror: boolean
  /** What was replaced, for the user's events. */
  warnings: string[]
}

/** Iterations of a run on a provider that can't split traffic, where the Canary names none. */
const defaultIterations = 10

/** Fits the Canary's analysis to the provider's abilities. */
export function adapt({ canary, abilities }: Pick<Observation, 'canary' | 'abilities'>): Adapted {
  const { analysis, provider, strategy, spec } = canary
  if (!abilities.weights) {
    const matches = spec.analysis.match?.length ?? 0
    return withoutWeights(spec.analysis.iterations ?? 0, matches, provider)
  }
  const warnings: string[] = []
  const mirror = analysis.mirror && abilities.mirror
  if (analysis.mirror && !mirror)
    warnings.push(`Traffic mirroring is not supported when using the ${provider} provider`)
  if (strategy === 'ab-testing' && !abilities.match) {
    warnings.push(`A/B testing is not supported when using the ${provider} provider`)
    return { strategy: 'blue-green', iterations: analysis.iterations, mirror, warnings }
  }
  if (strategy === 'canary' && analysis.match.length > 0 && !abilities.match)
    warnings.push(
      `Matching requests is not supported when using the ${provider} provider, ` +
        'the weights are shares of all requests',
    )
  return { strategy, iterations: analysis.iterations, mirror, warnings }
}

/** Flagger's own adaptation and texts for plain Kubernetes. */
function withoutWeights(iterations: number, matches: number, provider: string): Adapted {
  const warnings: string[] = []
  if (matches > 0) warnings.push(`A/B testing is not supported when using the ${provider} provider`)
  if (iterations < 1) {
    warnings.push(`Progressive traffic is not supported when using the ${provider} provider`)
    warnings.push(`Setting canaryAnalysis.iterations: ${defaultIterations}`)
  }
  return {
    strategy: 'blue-green',
    iterations: iterations < 1 ? defaultIterations : iterations,
    mirror: false,
    warnings,
  }
}

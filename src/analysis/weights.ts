/** Weights of a run by weights: tenths of a percent at most, only upwards, never past the end. */
import { tenths } from '../routers/router.ts'

export interface WeightPlan {
  stepWeight: number
  stepWeights: readonly number[]
  /** Promotion starts at this canary weight; more than 100 counts as 100. */
  maxWeight: number
}

/** The canary weight at which the promotion starts: more than 0, at most 100. */
export function lastWeight({ stepWeight, stepWeights, maxWeight }: WeightPlan): number {
  const fromSteps = stepWeights.length > 0 && stepWeight <= 0
  const last = fromSteps ? Math.max(...stepWeights) : maxWeight
  return last > 0 ? Math.min(100, last) : 100
}

/**
 * The next canary weight after this one; undefined once the last is reached, or where no step
 * leads on. A weight that is not in the list goes to the next larger entry.
 */
export function nextWeight(plan: WeightPlan, weight: number): number | undefined {
  if (weight >= lastWeight(plan)) return undefined
  if (plan.stepWeight > 0) return Math.min(100, tenths(weight + plan.stepWeight))
  const larger = plan.stepWeights.filter((step) => step > weight)
  return larger.length === 0 ? undefined : Math.min(100, ...larger)
}

/** Every weight of a run, in order. */
export function weightSteps(plan: WeightPlan): number[] {
  const steps: number[] = []
  for (let next = nextWeight(plan, 0); next !== undefined; next = nextWeight(plan, next))
    steps.push(next)
  return steps
}

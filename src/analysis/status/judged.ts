/** What the judge has seen by now, written with whatever the step decides. */
import type { Effect, Observation, Verdicts } from '../decision.ts'
import { status } from '../effects/act.ts'
import { run } from './status.ts'

export function judged(seen: Pick<Observation, 'canary'>, { metrics }: Verdicts): Effect[] {
  return metrics?.judge ? [status(run(seen, { judge: metrics.judge }))] : []
}

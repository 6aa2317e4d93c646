/** What the judge has seen by now, written with whatever the step decides. */
import type { Effect, Observation, Verdicts } from '../decision.ts'
import { status } from '../effects/act.ts'
import { run } from './status.ts'

export function judged(seen: Pick<Observation, 'canary'>, { metrics, looks }: Verdicts): Effect[] {
  const judge = metrics?.judge ?? looks?.judge
  return judge ? [status(run(seen, { judge }))] : []
}

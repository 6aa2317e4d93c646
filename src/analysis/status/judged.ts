/** What the judge has seen by now, written with whatever the step decides. */
import type { Effect, Observation, Verdicts } from '../decision.ts'
import { writeStatus } from '../effects/act.ts'
import { changeRun } from './status.ts'

export function judged(seen: Pick<Observation, 'canary'>, { metrics, looks }: Verdicts): Effect[] {
  const judge = metrics?.judge ?? looks?.judge
  return judge ? [writeStatus(changeRun(seen, { judge }))] : []
}

/** What the judge has seen by now, written with whatever the step decides. */
import type { Effect, Observation, Verdicts } from '../decision.ts'
import { writeStatus } from '../effects/act.ts'
import { changeRun } from './status.ts'

/** The write of what the judge noted with its verdict; none where no judge answered. */
export function judged(seen: Pick<Observation, 'canary'>, { metrics, looks }: Verdicts): Effect[] {
  const judge = metrics?.judge ?? looks?.judge
  return judge ? [writeStatus(changeRun(seen, { judge }))] : []
}

/** A canary that nothing can be decided for: why is said, and people are answered all the same. */
import type { Glance } from '../../src/analysis/decision.ts'
import { firstSight } from '../../src/analysis/effects/upkeep.ts'
import { finalizer } from '../../src/analysis/rules/deletion.ts'
import { whileHeld } from '../../src/analysis/status/standing.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { readRequests } from '../../src/requests/request.ts'
import type { Obstacle } from '../observe/observe.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { performOnCanary } from './perform.ts'
import { createSnapshot } from './scene.ts'
import type { Reconciler, Tick } from './tick.ts'

const heldByUs =
  `until then nothing can be handed back, and the canary is not let go; to let it go as it is, ` +
  `remove ${finalizer} from its finalizers`

/** The user has to act before anything can be decided; the reason is said, and people are answered. */
export async function held(
  key: string,
  { canary, why }: Obstacle,
  of: Reconciler,
  memory: Memory,
): Promise<Tick> {
  const { deps, identity } = of
  const { deletionTimestamp, finalizers = [] } = canary.metadata
  const isHeld = deletionTimestamp !== undefined && finalizers.includes(finalizer)
  const seen = glanceAt(canary, deps)
  const answers = deletionTimestamp === undefined ? whileHeld(seen, why) : []
  const told = answers.filter((effect) => effect.kind === 'report')
  sayAgain(canary, isHeld ? `${why}; ${heldByUs}` : why, { deps, memory, beside: told })
  const effects = deletionTimestamp === undefined ? [...firstSight(seen), ...answers] : []
  const stage = { key, seen, nowMs: deps.clock.monotonicMs(), snapshot: createSnapshot() }
  await performOnCanary(effects, stage, { deps, memory, identity })
  return { wakeMs: deps.clock.monotonicMs() + canary.analysis.intervalMs }
}

/** Without a look at the target its last known revision is all there is. */
function glanceAt(canary: Canary, { clock, startedAt }: Deps): Glance {
  const requests = readRequests(canary.metadata.annotations)
  const revision = canary.status.lastAppliedSpec ?? ''
  return { canary, now: clock.now(), startedAt, requests, workload: { revision } }
}

/** Says what only a person can mend, where it is news; whatever else was said is over. */
export function sayAgain(
  canary: Canary,
  message: string,
  of: { deps: Deps; memory: Memory; beside?: readonly { message: string }[] },
): void {
  const { clock, teller } = of.deps
  const { said } = of.memory
  said.retain([{ message }, ...(of.beside ?? [])])
  const { phase = '' } = canary.status
  if (said.isNews({ message }, clock.monotonicMs()))
    teller.event(canary, { type: 'Warning', message, phase })
}

/** Taking over a canary that Flagger cared for before. */
import { isRunning } from '../../canary/phases.ts'
import { isForeign, isPromoted, isSameMap } from '../change.ts'
import type { Observation, Step } from '../decision.ts'
import { canaryName, phaseOf, report, writeStatus } from '../effects/act.ts'
import { act } from '../effects/upkeep.ts'
import type { Rule } from './rule.ts'

/** Before anything else is done. */
export const adoption: readonly Rule[] = [
  {
    name: 'runIsTakenOver',
    because:
      "a run under way is taken for one of what the target says now: Flagger's hashes mean nothing here",
    apply: ({ seen }) =>
      isForeign(seen) && isRunning(phaseOf(seen)) ? adoptRunning(seen) : undefined,
  },
  {
    name: 'idleIsTakenOver',
    because: 'a cluster that moves over starts no run by that',
    apply: ({ seen }) =>
      isForeign(seen) && !isRunning(phaseOf(seen)) ? adoptIdle(seen) : undefined,
  },
]

/**
 * A status of Flagger's: its hashes can't be compared, so target and primary are. Where they
 * agree, ours replace them and nothing runs; where they differ, an idle canary has a change, and
 * a failed one has been told about it already.
 */
function adoptIdle(seen: Observation): Step | undefined {
  const { revision, primaryRevision } = seen.workload
  const phase = phaseOf(seen)
  if (seen.workload.primary.state === 'missing') return undefined
  const configs = knownConfigs(seen)
  const adopted = {
    lastAppliedSpec: revision,
    lastPromotedSpec: primaryRevision ?? revision,
    ...configs,
    ...(configs && phase !== 'Failed' && { promotedConfigs: configs.trackedConfigs }),
  }
  const said = report(seen, `${canaryName(seen)} taken over as it is`, 'Normal')
  if (isPromoted(seen) || phase === 'Failed') return act(seen, [writeStatus(adopted), said])
  if (primaryRevision === undefined) return undefined
  const known = { lastAppliedSpec: primaryRevision, lastPromotedSpec: primaryRevision }
  return act(seen, [writeStatus(known), said])
}

function adoptRunning(seen: Observation): Step {
  const { revision, primaryRevision } = seen.workload
  const lastPromotedSpec = primaryRevision ?? seen.canary.status.lastPromotedSpec
  const change = { lastAppliedSpec: revision, lastPromotedSpec, ...knownConfigs(seen) }
  const said = report(seen, `${canaryName(seen)} taken over in the middle of a run`, 'Normal')
  return act(seen, [writeStatus(change), said])
}

/**
 * Flagger counts no `binaryData`: where the rest is what it saw last, nothing changed. Undefined
 * where we count as it does.
 */
function knownConfigs({ canary, workload }: Observation) {
  const { configs, originalConfigs } = workload
  if (!originalConfigs || !isSameMap(originalConfigs, canary.status.trackedConfigs ?? {}))
    return undefined
  return { trackedConfigs: configs }
}

/** What a canary waits for that is no gate: pods, its primary, its target. Pure. */
import type { Canary } from '../canary/canary.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { isFinishing, isNew } from '../canary/phases.ts'
import { readRequests } from '../requests/request.ts'
import { type Pod, podTroubles } from '../workloads/pods/pod-trouble.ts'
import type { WorkloadObject } from '../workloads/shown.ts'
import { podsOf, shownWorkload } from './shown-kinds.ts'

export interface Waiting {
  now: Date
  canary: Canary
  /** Both workloads were looked for, and could be read. */
  isComplete?: boolean | undefined
  target?: WorkloadObject | undefined
  primary?: WorkloadObject | undefined
  targetPods?: readonly Pod[] | undefined
  primaryPods?: readonly Pod[] | undefined
  /** Newest last. */
  events?: readonly { at: string; type: string; message: string }[] | undefined
}

/** A brake that somebody pulled, and that waits until it can do no harm; it is still on the object. */
export function postponedOf({
  canary: { metadata, status },
}: Pick<Waiting, 'canary'>): string | null {
  const { abort } = status.requests ?? {}
  const asked = readRequests(metadata.annotations).find(({ verb }) => verb === 'abort')
  if (!asked || abort?.result !== 'accepted' || abort.id !== asked.id) return null
  const by = abort.by === undefined ? '' : ` by ${abort.by}`
  return `to be aborted${by}: ${(abort.message ?? '').replace(/^waiting: /, '')}`
}

/** Where nobody is served by the primary, a run goes on until a check would end it. */
function goesOn({ canary, primary }: Waiting): boolean {
  const { phase, failedChecks = 0 } = canary.status
  const { ready } = podsOf(canary, primary) ?? { ready: 0 }
  return phase === 'Progressing' && ready === 0 && failedChecks < canary.analysis.threshold
}

/** The end of "waits …"; null where it waits for nothing that can be seen. */
export function waitOf(of: Waiting): string | null {
  const { canary, isComplete, target, primary } = of
  const { phase = '' } = canary.status
  const noTarget = missingTarget(of)
  if (noTarget !== null) return noTarget
  if (isComplete && phase !== 'Terminating') {
    const needsPrimary = isNew(phase) || isFinishing(phase) || phase === 'Progressing'
    if (needsPrimary && !primary) {
      // It is made by the controller, which says what keeps it from that.
      const complaint = complaintOf(of)
      const missing = `for its primary: ${nameOf(canary.primaryName, canary)} is missing`
      return complaint === null ? missing : `${missing}; ${complaint}`
    }
    const short = shortOf(canary, primary, of.primaryPods)
    if (needsPrimary && short && !goesOn(of)) return `for pods of the primary: ${short}`
    const shortTarget = shortOf(canary, target, of.targetPods)
    if (phase === 'Progressing' && shortTarget) return `for pods: ${shortTarget}${endText(of)}`
  }
  return null
}

/** At rest, too: without it no run will ever begin. */
export function missingTarget({ canary, isComplete, target }: Waiting): string | null {
  if (!isComplete || target || canary.status.phase === 'Terminating') return null
  return `for its target: ${nameOf(canary.targetName, canary)} is missing`
}

/**
 * At rest, a new revision that waits for a primary of which some pods are ready. The status knows
 * nothing of it before its run begins; its controller says so, and of no other primary at rest.
 */
export function awaitedPrimary(of: Waiting): string | null {
  const { canary, primary } = of
  const short = of.isComplete ? shortOf(canary, primary, of.primaryPods) : undefined
  const said = complaintOf(of)?.includes(`${canary.primaryName}.${canary.namespace} not ready: `)
  return primary && short && said ? `for pods of the primary: ${short}` : null
}

/** Before the reason why a run may not begin yet. */
export const turnText = 'for its turn since '

/** A run that is to begin, when as many are under way as may be. */
export function turnOf({ canary: { status } }: Waiting): string | null {
  return status.queued ? `${turnText}${status.queued.since}: ${status.queued.reason}` : null
}

/** What lasts is said again every five minutes, by a controller that lives. */
const repeatedMs = 6 * 60_000

/** The newest warning, where nothing was written since: what the controller is held up by. */
export function complaintOf({ now, canary, events = [] }: Waiting): string | null {
  const last = events.at(-1)
  const written = Date.parse(canary.status.lastTransitionTime ?? '')
  const said = Date.parse(last?.at ?? '')
  if (last?.type !== 'Warning' || !(said >= written && said >= now.getTime() - repeatedMs))
    return null
  return `its controller says: ${last.message}`
}

function nameOf(name: string, { spec }: Canary): string {
  return `${spec.targetRef.kind.toLowerCase()}/${name}`
}

/** `1 of 2 ready`, with what keeps the others; undefined where none is missing. */
function shortOf(
  canary: Canary,
  workload: WorkloadObject | undefined,
  pods: readonly Pod[] = [],
): string | undefined {
  const { ready, wanted } = podsOf(canary, workload) ?? { ready: 0, wanted: 0 }
  if (ready >= wanted) return undefined
  const [trouble] = podTroubles(pods, workload)
  return `${ready} of ${wanted} ready${trouble ? ` (${trouble.reason})` : ''}`
}

/** When the deadline ends the run, of a target that says since when it has too few pods. */
function endText({ now, canary, target }: Waiting): string {
  const { lackingSince } = shownWorkload(canary.spec.targetRef) ?? {}
  const since = Date.parse((target && lackingSince?.(target)) ?? '')
  const leftMs = since + canary.progressDeadlineSeconds * 1000 - now.getTime()
  if (Number.isNaN(leftMs)) return ''
  if (leftMs <= 0) return '; its deadline has passed, and it is rolled back'
  const whole =
    leftMs < 120_000 ? Math.ceil(leftMs / 1000) * 1000 : Math.ceil(leftMs / 60_000) * 60_000
  return `; rolled back in ${shortDuration(formatDuration(whole))}`
}

/** The words in which results of changes are told. Pure. */
import type { Canary } from '../src/canary/canary.ts'
import { serviceNames } from '../src/canary/names.ts'
import { isRunning } from '../src/canary/summary.ts'
import type { Change } from './change.ts'
import { shortRevision } from './output/facts.ts'

/** What was done, once the controller has confirmed it. */
export function doneWords(change: Change, { status }: Canary): string {
  const { verb, mode, fields } = change
  const revision = status.lastAppliedSpec
    ? ` for revision ${shortRevision(status.lastAppliedSpec)}`
    : ''
  switch (verb) {
    case 'promote': {
      if (mode === 'full') return 'full promotion accepted'
      if (mode === 'weight') return `moved to weight ${fields.weight}`
      if (mode === 'step')
        return `moved on ${fields.steps ?? 1} ${fields.steps === 1 ? 'step' : 'steps'}`
      if (status.phase === 'Waiting') return 'start approved'
      if (status.phase === 'WaitingPromotion') return 'promotion approved'
      return status.canaryAnalysis?.gate ? 'traffic increase approved' : 'resumed'
    }
    case 'abort':
      return 'aborted'
    case 'pause':
      return isRunning(status.phase) ? 'paused' : 'paused (holding: the next run will wait)'
    case 'resume':
      return 'resumed'
    case 'skip-analysis':
      if (mode === 'off') return 'analysis no longer skipped'
      return `analysis skipped${isRunning(status.phase) ? revision : ' for the next run'}`
    case 'reset':
      return fields.hold ? 'reset (held until the target changes)' : 'reset'
  }
}

/** What was sent, as long as nobody has answered. */
export function requestedWords({ verb, mode }: Change): string {
  if (verb === 'promote')
    return mode === 'full' ? 'full promotion requested' : 'promotion requested'
  return `${verb} requested`
}

/** How to get traffic off the canary without any controller. */
export function manualAbort({ provider, spec, namespace }: Canary): string {
  const { apex, primary } = serviceNames(spec)
  if (provider !== 'istio')
    return `by hand: give ${primary} all of the traffic in the ${provider} object of ${apex}`
  const weights = [100, 0].map((value, at) => ({
    op: 'replace',
    path: `/spec/http/0/route/${at}/weight`,
    value,
  }))
  return `by hand: kubectl -n ${namespace} patch virtualservice ${apex} --type=json -p '${JSON.stringify(weights)}'`
}

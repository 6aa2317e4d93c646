/** What became of one change, as a line and as a document. */
import type { Canary } from '../../src/canary/canary.ts'
import type { RequestFields } from '../../src/requests/fields.ts'
import { exits } from '../shell/failure.ts'
import type { Change } from './change.ts'

export type OutcomeWord =
  | 'accepted'
  | 'unchanged'
  | 'rejected'
  | 'unacknowledged'
  | 'dry-run'
  | 'server-dry-run'

export interface Outcome {
  name: string
  namespace: string
  uid: string | undefined
  outcome: OutcomeWord
  exit: number
  /** Behind `canary.flagger.app/podinfo `, on stdout; absent prints nothing there. */
  said?: string | undefined
  /** For stderr, whole lines. */
  told: readonly string[]
  message: string
  phaseBefore: string
  request: RequestFields | undefined
  via: 'annotation' | 'spec'
}

/** An accepted change of which nothing has been said yet. */
export function newOutcome(canary: Canary, via: Outcome['via']): Outcome {
  return {
    name: canary.name,
    namespace: canary.namespace,
    uid: canary.metadata.uid,
    outcome: 'accepted',
    exit: exits.done,
    told: [],
    message: '',
    phaseBefore: canary.status.phase ?? '',
    request: undefined,
    via,
  }
}

/** `CanaryAction`, for `-o json`. */
export function actionOf(outcome: Outcome, { verb, mode }: Change): object {
  const { name, namespace, uid, request } = outcome
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryAction',
    message: outcome.message,
    metadata: { name, namespace, uid },
    mode: mode ?? null,
    outcome: outcome.outcome,
    phaseBefore: outcome.phaseBefore,
    request: request
      ? { at: request.at, id: request.id, revision: request.revision ?? null }
      : null,
    verb,
    via: outcome.via,
  }
}

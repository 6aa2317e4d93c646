/** What people should know of a canary although nothing moves by it. */
import type { Canary } from '../canary/canary.ts'
import { faultsIn } from '../canary/status/conditions.ts'

export interface Warning {
  code: string
  message: string
}

/** What the controller found wrong, what was just found here, and what somebody asked at rest. */
export function warningsOf(canary: Canary, found: readonly Warning[] = []): Warning[] {
  const faults = faultsIn(canary.status.conditions)
    .filter((message) => !found.some((known) => known.message.endsWith(message)))
    .map((message) => ({ code: 'CAN011', message }))
  return [...faults, ...found, ...scaledAtRest(canary)]
}

/** A size that somebody gave the target at rest, until the next run. */
function scaledAtRest({ status }: Canary): Warning[] {
  const { at, message } = status.askedReplicas ?? {}
  return at && message ? [{ code: 'CAN010', message: `${message} (since ${at})` }] : []
}

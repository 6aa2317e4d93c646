/**
 * Alerts of one canary on their way. The status has them until they were sent, so that the next
 * process, or the next leader, sends what this one could not, and nothing twice; this is what the
 * process knows beyond the status.
 */

import type { AlertingStatus, AlertThread, UnsentAlert } from '../../src/canary/api.gen.ts'
import { putLatest } from '../../src/latest.ts'
import type { Thread } from '../../src/notifiers/notifier.ts'

export interface Correspondence {
  /** Whether this process sends the alert, or has done so. */
  knows(id: string): boolean
  /** The alert is on its way to so many receivers. */
  begin(id: string, receivers: number): void
  /** This receiver has heard, or never will; true where it was the last of them. */
  told(id: string, receiver: string): boolean
  /** The thread in which the alerts of the run go on; undefined where none is open. */
  threadOf(receiver: string, run: number | undefined): Thread | undefined
  /** Later alerts of the run go where its first one is. */
  opened(thread: AlertThread): void
  /** The service does not take its thread any more: the next alert begins another. */
  closed(receiver: string): void
  /** What the status is to say; undefined where there is nothing to say. */
  noted(
    before: AlertingStatus | undefined,
    added?: readonly UnsentAlert[],
  ): AlertingStatus | undefined
}

/** As the definition of the Canary has it. */
const most = { unsent: 20, threads: 10 }

/** Receivers whose threads are known: more than a canary has at a time, however often they change. */
const mostReceivers = 100

/** Knows of no alert; it takes threads from the status whenever that is noted. */
export function createCorrespondence(): Correspondence {
  const open = new Map<string, { left: number; told: string[] }>()
  const ended = new Set<string>()
  /** By receiver, the latest run alone; undefined where the service does not know it any more. */
  const threads = new Map<string, AlertThread | undefined>()

  const keep = (receiver: string, thread: AlertThread | undefined) =>
    putLatest(threads, receiver, thread, mostReceivers)

  function unsent(alerts: readonly UnsentAlert[]): UnsentAlert[] {
    return alerts
      .filter(({ id }) => !ended.has(id))
      .map((alert) => {
        const told = [...new Set([...(alert.told ?? []), ...(open.get(alert.id)?.told ?? [])])]
        return told.length > 0 ? { ...alert, told } : alert
      })
      .slice(-most.unsent)
  }

  return {
    knows: (id) => open.has(id) || ended.has(id),
    begin: (id, left) => void open.set(id, { left, told: [] }),
    told(id, receiver) {
      const alert = open.get(id)
      // The status has forgotten it: nothing is to be noted of it.
      if (!alert) return false
      alert.told.push(receiver)
      alert.left -= 1
      if (alert.left > 0) return false
      open.delete(id)
      ended.add(id)
      return true
    },
    threadOf(receiver, run) {
      const thread = threads.get(receiver)
      if (!thread || run === undefined || thread.run !== run) return undefined
      return { channel: thread.channel, id: thread.id }
    },
    opened: (thread) => keep(thread.receiver, thread),
    closed: (receiver) => keep(receiver, undefined),
    noted(before, added = []) {
      const alerts = unsent([...(before?.unsent ?? []), ...added])
      // What the status has forgotten nobody asks about, also of one that no receiver ever took.
      const asked = new Set([...(before?.unsent ?? []), ...added].map(({ id }) => id))
      for (const id of [...ended, ...open.keys()].filter((one) => !asked.has(one))) {
        ended.delete(id)
        open.delete(id)
      }
      for (const thread of before?.threads ?? [])
        if (!threads.has(thread.receiver)) keep(thread.receiver, thread)
      const now = [...threads.values()].flatMap((thread) => thread ?? []).slice(-most.threads)
      if (alerts.length === 0 && now.length === 0) return undefined
      return {
        ...(alerts.length > 0 && { unsent: alerts }),
        ...(now.length > 0 && { threads: now }),
      }
    },
  }
}

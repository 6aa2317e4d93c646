/**
 * Whose run may begin, where only so many may be under way: the oldest of those that wait. The
 * cluster holds the line; in memory are only those that begin at this moment.
 */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isRunning } from '../../src/canary/phases.ts'

export interface MostRuns {
  /** Runs under way at a time, of all namespaces; 0 sets no limit. */
  most: number
  /** The same, of one namespace. */
  mostPerNamespace: number
}

export interface RunLimits {
  /** Why no run of this Canary may begin now; undefined where one may, or is on already. */
  whyNot(canary: CanaryResource): string | undefined
  /**
   * Takes a place for a run that begins; false where there is none any more. A run that begins
   * although it was seen that there is none was ordered by a person.
   */
  claim(canary: CanaryResource, seen: { noPlace?: string | undefined }): boolean
  /** The step is written, or given up: the status tells from here on. The key is `namespace/name`. */
  release(key: string): void
}

/** A limit of 0 is none. */
export function createRunLimits(
  limits: MostRuns,
  list: () => readonly CanaryResource[],
): RunLimits {
  const claimed = new Set<string>()
  const isLimited = limits.most > 0 || limits.mostPerNamespace > 0

  function whyNot(canary: CanaryResource): string | undefined {
    if (!isLimited || isOn(canary)) return undefined
    const others = list().filter((other) => keyOf(other) !== keyOf(canary))
    const counts = createCounts(limits)
    for (const other of others)
      if (isOn(other) || claimed.has(keyOf(other))) counts.add(namespaceOf(other))
    const reason = counts.reason(namespaceOf(canary))
    if (reason !== undefined) return reason
    // Who waits for a longer time goes first, as far as there is a place for it.
    for (const other of others.filter(isWaiting).toSorted(bySince)) {
      if (claimed.has(keyOf(other)) || bySince(other, canary) > 0) continue
      if (counts.reason(namespaceOf(other)) === undefined) counts.add(namespaceOf(other))
    }
    return counts.reason(namespaceOf(canary))
  }

  return {
    whyNot,
    claim(canary, { noPlace }) {
      if (noPlace === undefined && whyNot(canary) !== undefined) return false
      if (isLimited) claimed.add(keyOf(canary))
      return true
    },
    release: (key) => void claimed.delete(key),
  }
}

function createCounts({ most, mostPerNamespace }: MostRuns) {
  const perNamespace = new Map<string, number>()
  let all = 0
  return {
    add(namespace: string): void {
      perNamespace.set(namespace, (perNamespace.get(namespace) ?? 0) + 1)
      all += 1
    },
    /** The sentence does not count: a status that says how many are before it is never right. */
    reason(namespace: string): string | undefined {
      if (mostPerNamespace > 0 && (perNamespace.get(namespace) ?? 0) >= mostPerNamespace)
        return `the controller has no more than ${runs(mostPerNamespace)} under way in a namespace (-max-rollouts-per-namespace)`
      if (most > 0 && all >= most)
        return `the controller has no more than ${runs(most)} under way at a time (-max-rollouts)`
      return undefined
    },
  }
}

function runs(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}

function isOn({ status }: CanaryResource): boolean {
  return isRunning(status?.phase ?? '')
}

/** Also for whom no place was found in the same moment. */
function isWaiting(canary: CanaryResource): boolean {
  const { suspend } = canary.spec ?? {}
  const isLeaving = canary.metadata.deletionTimestamp !== undefined
  return canary.status?.queued !== undefined && !isOn(canary) && !suspend && !isLeaving
}

/** By the time since when they wait; one that does not wait yet comes after all that do. */
function bySince(a: CanaryResource, b: CanaryResource): number {
  const [x, y] = [sinceOf(a), sinceOf(b)]
  if (x !== y) return x < y ? -1 : 1
  return keyOf(a) < keyOf(b) ? -1 : 1
}

function sinceOf({ status }: CanaryResource): number {
  return Date.parse(status?.queued?.since ?? '') || Number.POSITIVE_INFINITY
}

function namespaceOf({ metadata }: CanaryResource): string {
  return metadata.namespace ?? ''
}

function keyOf({ metadata }: CanaryResource): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** Requests that simulated users and tests send to the canary, and what a metric server counts. */

/** How a version answers. */
export interface Version {
  /** Share of requests that fail, 0 to 1. */
  errorRate: number
  /** 99 % of its requests take at most so long. */
  latencyMs: number
}

export interface Load {
  canary: Version
  /** Share of the primary's requests that fail, where a judge compares the two. */
  primaryErrorRate?: number
  /** 99 % of the primary's requests take at most so long; as the canary's where nobody says. */
  primaryLatencyMs?: number
  /** Of all users together. */
  usersPerSecond: number
  /** Of a load test, to the canary alone. */
  testsPerSecond: number
  /** Share of users whose requests an A/B test sends to the canary, 0 to 1. */
  matching: number
}

/** What was sent to the canary in a stretch of time. */
interface Stretch {
  from: number
  to: number
  requests: number
  failed: number
}

export interface Counts {
  stretches: Stretch[]
  /** Requests of users that the canary answered, and those of them that failed. */
  users: number
  failedUsers: number
}

export const noCounts: Counts = { stretches: [], users: 0, failedUsers: 0 }

/** No counter of a metric server tells more than this. */
const keptMs = 3_600_000
const stretchMs = 5_000

/**
 * Adds what is sent between two times. `share` of the users is answered by the canary, 0 to 1;
 * `copied` of their requests go to it as well, and nobody waits for the answer.
 */
export function withTraffic(
  counts: Counts,
  time: { from: number; to: number },
  of: { load: Load; share: number; copied: number; random: () => number },
): Counts {
  const { load, share, copied, random } = of
  const stretches = counts.stretches.filter(({ to }) => to > time.to - keptMs)
  let { users, failedUsers } = counts
  for (let from = time.from; from < time.to; from += stretchMs) {
    const to = Math.min(time.to, from + stretchMs)
    const seconds = (to - from) / 1000
    const ofUsers = rounded(load.usersPerSecond * share * seconds, random)
    const others = (load.usersPerSecond * copied + load.testsPerSecond) * seconds
    const unseen = rounded(others, random)
    const failed = successes(ofUsers, load.canary.errorRate, random)
    const failedUnseen = successes(unseen, load.canary.errorRate, random)
    stretches.push({ from, to, requests: ofUsers + unseen, failed: failed + failedUnseen })
    users += ofUsers
    failedUsers += failed
  }
  return { stretches, users, failedUsers }
}

/** What a query over the last `windowMs` would find. */
export function countedIn(
  { stretches }: Counts,
  now: number,
  windowMs: number,
): { requests: number; failed: number } {
  const within = stretches.filter(({ to }) => to > now - windowMs)
  return {
    requests: within.reduce((sum, { requests }) => sum + requests, 0),
    failed: within.reduce((sum, { failed }) => sum + failed, 0),
  }
}

/**
 * The 99th percentile as so many requests show it: times are log-normal with a deviation of 0.5,
 * whose percentile is estimated with a relative error of 1.86 / √n.
 */
export function measuredLatency(ms: number, requests: number, random: () => number): number {
  return ms * Math.exp((normal(random) * 1.86) / Math.sqrt(requests))
}

/** Of such times: the share that takes longer than a bound, where 99 % take at most `ms`. */
export function slowShare(ms: number, boundMs: number): number {
  const deviations = Math.log(boundMs / ms) / 0.5 + 2.3263
  return 1 - normalBelow(deviations)
}

/** The distribution of the standard normal; Abramowitz and Stegun 26.2.17, to seven digits. */
function normalBelow(x: number): number {
  if (x < 0) return 1 - normalBelow(-x)
  const t = 1 / (1 + 0.2316419 * x)
  const sum =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum
}

/** A whole number, of which `expected` is the mean. */
function rounded(expected: number, random: () => number): number {
  return Math.floor(expected) + (random() < expected % 1 ? 1 : 0)
}

/** How many of `n` happen, each with probability `p`. */
export function successes(n: number, p: number, random: () => number): number {
  if (n === 0 || p <= 0) return 0
  if (p >= 1) return n
  const variance = n * p * (1 - p)
  if (n <= 100 || variance < 10) return Math.min(n, skipped(n, p, random))
  const drawn = Math.round(n * p + normal(random) * Math.sqrt(variance))
  return Math.min(n, Math.max(0, drawn))
}

/** The same for few of them: how far it is to the next one, until all are gone through. */
function skipped(n: number, p: number, random: () => number): number {
  const scale = Math.log1p(-p)
  let found = 0
  for (let at = 0; ; found++) {
    at += Math.floor(Math.log(1 - random()) / scale) + 1
    if (at > n) return found
  }
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

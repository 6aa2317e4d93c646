/** What came of the requests of a load: counts, and times with an error of 1 % at most. */

export interface Tally {
  /** A whole answer; `ms` from the first byte sent to the last one read. */
  answered(status: number, ms: number, bytes: number): void
  /** A request without a whole answer; beyond 20 reasons, `why` counts as `others`. */
  failed(why: string): void
  /** The sum so far; `totalMs` is how long the load has been sent. */
  result(totalMs: number): LoadResult
}

export interface LoadResult {
  totalMs: number
  requests: number
  bytes: number
  /** Milliseconds; all 0 where nothing was answered. */
  slowestMs: number
  fastestMs: number
  averageMs: number
  /** `[50, 12.3]`: half of them took 12.3 ms or less. */
  percentiles: [percent: number, ms: number][]
  statuses: [status: number, count: number][]
  errors: [why: string, count: number][]
}

const percents = [10, 25, 50, 75, 90, 95, 99]
/** Each bucket is 1 % wider than the one before; the first is a microsecond. */
const growth = Math.log(1.01)
const buckets = 2_500
const mostKindsOfErrors = 20

/** Counts answers in constant memory; percentiles are right to 1 %. */
export function createTally(): Tally {
  const counts = new Uint32Array(buckets)
  const statuses = new Map<number, number>()
  const errors = new Map<string, number>()
  let [answers, sumMs, slowestMs, bytesRead] = [0, 0, 0, 0]
  let fastestMs = Number.POSITIVE_INFINITY

  function percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((answers * percent) / 100))
    let seen = 0
    for (let index = 0; index < buckets; index++) {
      seen += counts[index] ?? 0
      if (seen >= wanted) return Math.min(slowestMs, Math.exp(index * growth) / 1000)
    }
    return slowestMs
  }

  return {
    answered(status, ms, bytes) {
      const index = Math.ceil(Math.log(Math.max(1, ms * 1000)) / growth)
      const place = Math.min(buckets - 1, index)
      counts[place] = (counts[place] ?? 0) + 1
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      answers += 1
      sumMs += ms
      bytesRead += bytes
      if (ms > slowestMs) slowestMs = ms
      if (ms < fastestMs) fastestMs = ms
    },
    failed(why) {
      const key = errors.has(why) || errors.size < mostKindsOfErrors ? why : 'others'
      errors.set(key, (errors.get(key) ?? 0) + 1)
    },
    result: (totalMs) => ({
      ...{ totalMs, slowestMs, bytes: bytesRead },
      requests: answers + sum(errors),
      fastestMs: answers === 0 ? 0 : fastestMs,
      averageMs: answers === 0 ? 0 : sumMs / answers,
      percentiles: answers === 0 ? [] : percents.map((percent) => [percent, percentile(percent)]),
      statuses: [...statuses].sort(([a], [b]) => a - b),
      errors: [...errors].sort(([, a], [, b]) => b - a),
    }),
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, one) => all + one, 0)
}

/** The report, as hey lays it out. */
export function reportOf(result: LoadResult): string {
  const { totalMs, slowestMs, fastestMs, averageMs, requests, percentiles, statuses, errors } =
    result
  const seconds = (ms: number) => (ms / 1000).toFixed(4)
  const rate = totalMs === 0 ? 0 : requests / (totalMs / 1000)
  const parts = [
    ['Summary:', `  Total:\t${seconds(totalMs)} secs`, `  Slowest:\t${seconds(slowestMs)} secs`],
    [`  Fastest:\t${seconds(fastestMs)} secs`, `  Average:\t${seconds(averageMs)} secs`],
    [`  Requests/sec:\t${rate.toFixed(4)}`, '', 'Latency distribution:'],
    percentiles.map(([percent, ms]) => `  ${percent}% in ${seconds(ms)} secs`),
    ['', 'Status code distribution:'],
    statuses.map(([status, count]) => `  [${status}]\t${count} responses`),
    errors.length > 0 ? ['', 'Error distribution:'] : [],
    errors.map(([why, count]) => `  [${count}]\t${why}`),
  ]
  return `${parts.flat().join('\n')}\n`
}

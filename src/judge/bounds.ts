/** Which buckets of a histogram a run is judged by: a slow request is one beyond such a bound. */

/** Requests of the primary that took at most so many milliseconds; the last bound is infinite. */
export interface Bucket {
  boundMs: number
  within: number
}

/** Fewer requests say nothing of the body of the distribution. */
const fewestRequests = 100
const wantedShare = 0.1
const [leastShare, mostShare] = [0.03, 0.3]

/**
 * First the bound nearest to what the range allows, in ratio. Then, where a second one is wanted,
 * that which about a tenth of the primary's requests exceed: it sees the body of the distribution
 * shift, which a far bound cannot. None where there are no buckets.
 */
export function boundsFor(
  buckets: readonly Bucket[],
  { maxMs, hasBody }: { maxMs: number; hasBody: boolean },
): number[] {
  const finite = buckets.filter(({ boundMs }) => Number.isFinite(boundMs) && boundMs > 0)
  const first = nearest(finite, ({ boundMs }) => boundMs / maxMs)
  if (!first) return []
  const all = Math.max(...buckets.map(({ within }) => within))
  const shareOver = ({ within }: Bucket) => (all - within) / all
  const body = finite.filter(
    (one) => one !== first && shareOver(one) >= leastShare && shareOver(one) <= mostShare,
  )
  const second =
    hasBody && all >= fewestRequests
      ? nearest(body, (one) => shareOver(one) / wantedShare)
      : undefined
  return second ? [first.boundMs, second.boundMs] : [first.boundMs]
}

/** The one whose ratio is nearest to 1. */
function nearest(buckets: readonly Bucket[], ratio: (of: Bucket) => number): Bucket | undefined {
  const distance = (of: Bucket) => Math.abs(Math.log(ratio(of)))
  return buckets.reduce<Bucket | undefined>(
    (best, one) => (best && distance(best) <= distance(one) ? best : one),
    undefined,
  )
}

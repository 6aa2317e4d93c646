/** Judges that will rarely decide, or judge something else than it looks like. Pure. */
import type { Canary } from '../canary/canary.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { judgeOf } from '../canary/judging.ts'
import { limitMsOf, planOf, scheduleMsOf } from '../judge/planned.ts'
import { bucketsOf, isJudgeable } from '../metrics/counting/arms.ts'
import { type Remark, warning } from './finding.ts'

const at = 'spec.analysis.judge'

/** One remark for each thing that is odd; none where the Canary has no judge, or no valid one. */
export function judgeRemarks(canary: Canary): Remark[] {
  if (!canary.spec.analysis.judge || !canary.analysis.judge) return []
  return [...limits(canary), ...floors(canary), ...bounds(canary), ...users(canary)]
}

function limits(canary: Canary): Remark[] {
  const { judge } = canary.analysis
  if (!judge) return []
  const [limitMs, scheduleMs] = [limitMsOf(canary, judge), scheduleMsOf(canary)]
  if (limitMs > scheduleMs) return []
  const [limit, schedule] = [limitMs, scheduleMs].map((ms) => shortDuration(formatDuration(ms)))
  const message = `${at}.limit ${limit} is over before the last weight, which comes after ${schedule}; make it longer`
  return [warning('LNT081', `${at}.limit`, message)]
}

/** A canary may then break its range, and is never taken back for it. */
function floors(canary: Canary): Remark[] {
  const { judge, metrics } = canary.analysis
  if (!judge) return []
  return metrics.flatMap((metric) => {
    if (!isJudgeable(canary, metric, { meshProvider: canary.provider })) return []
    const { ignoreBelow, objective } = planOf(canary, judge, metric)
    if (objective === undefined || ignoreBelow <= objective) return []
    const [floor, allowed] = [ignoreBelow, objective].map((rate) => Number((100 * rate).toFixed(4)))
    const message = `${at}.ignoreBelow ${floor} is above the ${allowed} % that the range of ${metric.name} allows: what breaks it is not rolled back; lower it`
    return [warning('LNT081', `${at}.ignoreBelow`, message)]
  })
}

/** As far as a bound may be from the range to pass for it. */
const nearEnough = 1.1

function bounds(canary: Canary): Remark[] {
  return canary.analysis.metrics.flatMap((metric, index) => {
    const { max = 0 } = metric
    const { usualBoundsMs = [] } =
      bucketsOf(canary, metric, { meshProvider: canary.provider }) ?? {}
    const distance = (bound: number) => Math.max(bound / max, max / bound)
    const nearest = usualBoundsMs.toSorted((a, b) => distance(a) - distance(b))[0]
    if (nearest === undefined || distance(nearest) <= nearEnough) return []
    const path = `spec.analysis.metrics[${index}].thresholdRange.max`
    const message = `${path} ${max} is no bound of the usual buckets of ${canary.provider}: requests are judged by ${nearest} ms; choose a bound`
    return [warning('LNT081', path, message)]
  })
}

/** Users whom an A/B test picks may fail more often than others on any version. */
function users(canary: Canary): Remark[] {
  const { judge, metrics } = canary.analysis
  const isCompared =
    canary.strategy === 'ab-testing' &&
    judge &&
    metrics.some((metric) => judgeOf(judge, metric.judge).compareTo === 'Primary')
  if (!isCompared) return []
  const message = `${at} compares the users whom spec.analysis.match picks with all others: what these do otherwise passes for the version; compareTo Objective judges them alone`
  return [warning('LNT082', at, message)]
}

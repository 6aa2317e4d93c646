import type { JudgeStatus } from '../../../../src/canary/api.gen.ts'
import type { Canary } from '../../../../src/canary/canary.ts'
import type { Outcome } from '../../../../src/metrics/asking.ts'
import type { MetricCheck } from '../../../../src/metrics/checks.ts'
import { judgeFor } from '../../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../../support/find.ts'
import { askedAt, canary } from '../builders.ts'

export const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }

export const own = {
  name: 'checkout',
  counts: {
    bad: 'checkout{pod=~"{{ target }}-.+",ok="no"}',
    all: 'checkout{pod=~"{{ target }}-.+"}',
  },
}

/** Nothing is read of the past but where a test is of that. */
export const independent = { cluster: 1, history: '0s' }

export const ago = (seconds: number) => new Date(askedAt.getTime() - seconds * 1_000).toISOString()

/** A canary whose weight was moved a minute ago, or that has been judged before. */
export function given(
  judge: object,
  { status, metrics = [rate] }: { status?: object; metrics?: object[] } = {},
): Canary {
  const parsed = canary(metrics, {}, { interval: '1m', judge, stepWeight: 5, maxWeight: 50 })
  return { ...parsed, status: { lastTransitionTime: ago(60), ...status } }
}

export const known = (judge: JudgeStatus) => ({ canaryAnalysis: { judge } })

/** What the judge asks of a canary, and what it makes of these outcomes. */
export function look(of: Canary, ...outcomes: Outcome[]) {
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
  const talk = judgeFor(of).look({ canary: of, ...deps })
  const first = talk.next([])
  if (first.done) return { asked: [] as MetricCheck[], ...first.value }
  const last = talk.next(outcomes)
  if (!last.done) throw new Error('it asks again')
  return { asked: first.value, ...last.value }
}

export const arms = (
  bad: number,
  all: number,
  primaryBad: number,
  primaryAll: number,
): Outcome => ({
  arms: [{ canary: { bad, all }, primary: { bad: primaryBad, all: primaryAll } }],
})

/** The status after these looks of a minute, one after the other. */
export function after(judge: object, looks: Outcome[], metrics = [rate]): JudgeStatus {
  let status: JudgeStatus | undefined
  for (const outcome of looks) {
    const last = status && known({ ...status, lastLook: ago(60) })
    status = look(given(judge, { metrics, ...(last && { status: last }) }), outcome).verdict.judge
  }
  if (!status) throw new Error('nothing was judged')
  return status
}

export const doubled = [
  ...[arms(3, 300, 28, 5700), arms(6, 600, 27, 5400), arms(9, 900, 26, 5100)],
  ...[arms(12, 1200, 24, 4800), arms(15, 1500, 22, 4500)],
]

export const next = (judge: object, looks: Outcome[], outcome: Outcome) =>
  look(given(judge, { status: known({ ...after(judge, looks), lastLook: ago(60) }) }), outcome)

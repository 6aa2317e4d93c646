/** The next look of a judged run: from when to when, at what, and what came of it. */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { type EffectiveJudge, judgeOf } from '../canary/judging.ts'
import { type Look as Counted, isBornWithPast } from '../judge/look.ts'
import { planOf } from '../judge/planned.ts'
import {
  boundedBy,
  type Planned,
  type Ranged,
  resumed,
  type Trial,
  trimmed,
  withPast,
} from '../judge/record.ts'
import type { Outcome } from './asking.ts'
import type { MetricCheck } from './checks.ts'
import { bucketsOf, isJudgeable } from './counting/arms.ts'
import { countsCheck, pastCheck } from './counting/checks.ts'
import type { Look } from './judges.ts'
import type { BothCounts } from './provider.ts'

export interface Hearing {
  startedAt: string
  /** Until when requests have been counted, and are with this look; Unix seconds. */
  from: number
  to: number
  trials: readonly Trial[]
  /** What was found to have nothing to be judged by. */
  ranged: readonly Ranged[]
  /** Nothing was judged before in this run: what is planned, while it can be counted. */
  planned: readonly Planned[]
  isNew: boolean
  /** The window is so long that nobody vouches for it: the controller was away. */
  isGap: boolean
  /** What a new run can't be judged without. */
  missing?: string
}

/** A window of more intervals than these is set aside. */
const longestWindow = 10

/** What is judged, and since when: the run goes on, or begins where the weight was last moved. */
export function hearingOf(of: Look, settings: EffectiveJudge): Hearing {
  const { canary, now } = of
  const planned = plansOf(of, settings)
  const { judge } = canary.status.canaryAnalysis ?? {}
  const known = resumed(judge, planned)
  const to = Math.floor((now.getTime() - settings.delayMs) / 1_000)
  const from = fromOf(of, settings)
  const longest = longestWindow * Math.max(60, canary.analysis.intervalMs / 1_000)
  const isGap = to - from > longest
  const since = known && judge ? secondsOf(judge.startedAt) : undefined
  return {
    // A time in which nobody looked, such as a pause, is none of the limit.
    startedAt: stampOf((since ?? from) + (isGap ? to - from : 0)),
    ...{ from, to, planned },
    trials: known?.trials ?? planned.flatMap((plan) => (plan.needsBounds ? [] : opened(plan))),
    ranged: known?.ranged ?? [],
    isNew: known === undefined,
    isGap,
  }
}

/** From the last look on; the first one begins when a canary that had its first traffic is warm. */
function fromOf({ canary: { status }, now }: Look, { warmupMs }: EffectiveJudge): number {
  const seconds = Math.floor(now.getTime() / 1_000)
  const warmup = Math.round(warmupMs / 1_000)
  const moved = secondsOf(status.lastTransitionTime) ?? seconds
  const known = secondsOf(status.canaryAnalysis?.judge?.lastLook)
  // A time of the future beyond that is another clock's.
  return Math.min(seconds + warmup, known ?? moved + warmup)
}

const opened = ({ needsBounds: _, ...plan }: Planned): Trial[] => [{ ...plan, looks: [] }]

/** A metric is judged where its counts tell the versions apart, and there is a bar to clear. */
function plansOf(of: Look, settings: EffectiveJudge): Planned[] {
  return judgedOf(of).flatMap((metric): Planned[] => {
    const { mode } = judgeOf(settings, metric.judge)
    const plan = planOf(of.canary, settings, metric)
    if (plan.require !== 'Ratio' && plan.objective === undefined) return []
    const from = settings.cluster === undefined ? 'Prior' : 'Setting'
    const isShadow = mode === 'Shadow' && settings.mode !== 'Shadow'
    const needsBounds = bucketsOf(of.canary, metric, of) !== undefined
    return [
      {
        ...{ name: metric.name, plan, from },
        ...(isShadow && { isShadow }),
        ...(needsBounds && { needsBounds }),
      },
    ]
  })
}

/** The metrics that can be judged; of those of one name the first. */
function judgedOf({ canary, ...deps }: Look): EffectiveMetric[] {
  const { metrics } = canary.analysis
  const isFirst = ({ name }: EffectiveMetric, at: number) =>
    metrics.findIndex((one) => one.name === name) === at
  return metrics.filter((one, at) => isFirst(one, at) && isJudgeable(canary, one, deps))
}

/** Of these names, in the order of the spec. */
function named(of: Look, trials: readonly { name: string }[]): EffectiveMetric[] {
  return judgedOf(of).filter(({ name }) => trials.some((trial) => trial.name === name))
}

/** The canary without what is judged for good: its ranges are not asked. */
export function withoutJudged(of: Look, { planned, ranged }: Hearing): Canary {
  const { canary } = of
  const isOpen = ({ name }: Planned) => ranged.some((one) => one.name === name)
  const judged = named(
    of,
    planned.filter((one) => !one.isShadow && !isOpen(one)),
  )
  const metrics = canary.analysis.metrics.filter((metric) => !judged.includes(metric))
  return { ...canary, analysis: { ...canary.analysis, metrics } }
}

/** One request for each judged metric; none where no second has passed, or too many have. */
export function questionsOf(
  { trials, from, to, isGap, missing }: Hearing,
  of: Look,
): MetricCheck[] {
  if (isGap || to <= from || missing !== undefined) return []
  const window = { seconds: to - from, at: new Date(to * 1_000) }
  return named(of, trials).map((metric) => {
    const bounds = trials.flatMap(({ name, boundMs }) =>
      name === metric.name && boundMs !== undefined ? [boundMs] : [],
    )
    return countsCheck(of.canary, metric, { ...of, ...window, bounds })
  })
}

/** Enough for the estimates, and little for the server. */
const mostSteps = 720

/** What the primary's history is asked, once in a run; its steps are as long as the looks. */
export function pastQuestionsOf(hearing: Hearing, of: Look, settings: EffectiveJudge) {
  const { historyMs, intervalMs } = settings
  const stepSeconds = Math.max(1, Math.round(intervalMs / 1_000))
  const steps = Math.min(mostSteps, Math.floor(historyMs / 1_000 / stepSeconds))
  return asked(hearing, steps).flatMap((planned): { planned: Planned; check: MetricCheck }[] => {
    const hasBody = planned.plan.compareTo === 'Primary'
    return named(of, [planned]).map((metric) => ({
      planned,
      check: pastCheck(of.canary, metric, { ...of, stepSeconds, steps, hasBody }),
    }))
  })
}

/** Whose history is read, and whose bounds are chosen; none before there is anything to look at. */
function asked({ planned, isNew, from, to }: Hearing, steps: number): Planned[] {
  if (!isNew || to <= from) return []
  return planned.filter(({ needsBounds }) => steps >= 1 || needsBounds)
}

/**
 * A new run with what came of these questions. Without a history the careful guess stays, and
 * without bounds nothing is judged yet.
 */
export function withHistory(
  hearing: Hearing,
  questions: readonly { planned: Planned }[],
  outcomes: readonly Outcome[],
): Hearing {
  // Too early to ask anything.
  if (questions.length === 0) return hearing
  const answers = new Map(questions.map(({ planned }, at) => [planned, outcomes[at]]))
  const { planned } = hearing
  const bounded = planned.filter(({ needsBounds }) => needsBounds)
  const problem = bounded
    .map((plan) => problemOf(answers.get(plan), 'bounds'))
    .find((one) => one !== undefined)
  if (problem !== undefined) return { ...hearing, trials: [], missing: problem }
  const trials = planned.flatMap((plan) => begun(plan, answers.get(plan)))
  const ranged = bounded.flatMap(({ name }) =>
    trials.some((trial) => trial.name === name) ? [] : [{ name, why: withoutBuckets }],
  )
  return { ...hearing, trials, ranged }
}

// Evidence is a mean over what is judged: whoever joins later would take its promises from it.
const withoutBuckets =
  'the primary had no series of a classic histogram when the run began, so its range decides'

function begun(planned: Planned, outcome: Outcome | undefined): Trial[] {
  if (!planned.needsBounds) {
    const past = outcome && 'past' in outcome ? outcome.past : undefined
    return opened(past ? { ...planned, ...withPast(planned, past) } : planned)
  }
  const bounds = outcome && 'bounds' in outcome ? (outcome.bounds ?? []) : []
  return bounds.flatMap(({ boundMs, past }, at) => {
    const one = boundedBy(planned, boundMs, at)
    return opened(past ? { ...one, ...withPast(one, past) } : one)
  })
}

export interface Looked {
  trials: readonly Trial[]
  lastLook: string
  /** Why the look brought nothing: the counts stay for the next, longer window. */
  missing?: string
  /** The canary got no request in this look. */
  isIdle?: boolean
  /** Nothing can be looked at yet: the canary is to get warm, or its samples are late. */
  isEarly?: boolean
}

const nobody = { bad: 0, all: 0 }

/** The trials with one look more. A metric that could not be counted leaves all as they were. */
export function lookedAt(hearing: Hearing, outcomes: readonly Outcome[]): Looked {
  const { trials, from, to, isGap, isNew, missing } = hearing
  const stays = { trials, lastLook: stampOf(from) }
  const seconds = to - from
  if (missing !== undefined) return { ...stays, missing }
  if (isGap)
    return added(hearing, () => ({ seconds, canary: nobody, primary: nobody, skip: 'gap' }))
  if (seconds <= 0) return isNew ? { ...stays, trials: [], isEarly: true } : stays
  const problem = outcomes.map((one) => problemOf(one, 'arms')).find((one) => one !== undefined)
  if (problem !== undefined) return { ...stays, missing: problem }
  const arms = outcomes.flatMap((outcome) => ('arms' in outcome ? (outcome.arms ?? []) : []))
  const isSilent = arms.every((arm) => arm.canary.all + arm.primary.all === 0)
  if (isSilent) return { ...stays, missing: 'no requests were counted at either version' }
  const looked = added(hearing, (at) => countedLook(trials[at], seconds, arms[at] ?? neither))
  return { ...looked, isIdle: arms.some((arm) => arm.canary.all === 0) }
}

const neither: BothCounts = { canary: nobody, primary: nobody }

function countedLook(
  trial: Trial | undefined,
  seconds: number,
  { canary, primary, born }: BothCounts,
): Counted {
  const look = { seconds, canary, primary }
  const last = trial?.looks.findLast(({ skip }) => skip === undefined)
  const hasPast = last && born && isBornWithPast(look, last, born)
  return hasPast ? { ...look, skip: 'birth' } : look
}

function added({ trials, to }: Hearing, look: (at: number) => Counted): Looked {
  return {
    trials: trials.map((trial, at) => trimmed({ ...trial, looks: [...trial.looks, look(at)] })),
    lastLook: stampOf(to),
  }
}

function problemOf(outcome: Outcome | undefined, wanted: 'arms' | 'bounds'): string | undefined {
  if (!outcome) return 'no answer'
  if ('problem' in outcome) return outcome.problem
  if ('error' in outcome) return outcome.error
  return outcome[wanted] ? undefined : 'the answer holds no counts'
}

function secondsOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000)
}

const stampOf = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')

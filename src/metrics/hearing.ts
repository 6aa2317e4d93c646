/** The next look of a judged run: from when to when, at what, and what came of it. */
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import type { Look as Counted } from '../judge/look.ts'
import { planOf } from '../judge/planned.ts'
import { type Planned, resumed, type Trial, trimmed, withPast } from '../judge/record.ts'
import { armsOf } from './arm-counts.ts'
import type { Outcome } from './asking.ts'
import { countsCheck, type MetricCheck, pastCheck } from './checks.ts'
import type { Look } from './judges.ts'

export interface Hearing {
  startedAt: string
  /** Until when requests have been counted, and are with this look; Unix seconds. */
  from: number
  to: number
  trials: readonly Trial[]
  /** Nothing was judged before in this run. */
  isNew: boolean
  /** The window is so long that nobody vouches for it: the controller was away. */
  isGap: boolean
}

/** A window of more intervals than these is set aside. */
const longestWindow = 10

/** What is judged, and since when: the run goes on, or begins where the weight was last moved. */
export function hearingOf(of: Look, settings: EffectiveJudge): Hearing {
  const { canary, now } = of
  const plans = plansOf(of, settings)
  const { judge } = canary.status.canaryAnalysis ?? {}
  const known = resumed(judge, plans)
  const to = Math.floor((now.getTime() - settings.delayMs) / 1_000)
  const from = Math.min(to, secondsOf(judge?.lastLook ?? canary.status.lastTransitionTime) ?? to)
  const longest = longestWindow * Math.max(60, canary.analysis.intervalMs / 1_000)
  return {
    startedAt: known && judge ? judge.startedAt : stampOf(from),
    ...{ from, to },
    trials: known ?? plans.map((plan) => ({ ...plan, looks: [] })),
    isNew: known === undefined,
    isGap: to - from > longest,
  }
}

/** A metric is judged where its counts tell the versions apart, and there is a bar to clear. */
function plansOf({ canary, ...deps }: Look, settings: EffectiveJudge) {
  return canary.analysis.metrics.flatMap((metric): Planned[] => {
    if (!armsOf(canary, metric, deps)) return []
    const plan = planOf(canary, settings, metric)
    const hasBar = plan.require === 'Ratio' || plan.objective !== undefined
    const from = settings.cluster === undefined ? 'Prior' : 'Setting'
    return hasBar ? [{ name: metric.name, plan, from }] : []
  })
}

/** One request for each judged metric; none where no second has passed, or too many have. */
export function questionsOf({ trials, from, to, isGap }: Hearing, of: Look): MetricCheck[] {
  if (isGap || to <= from) return []
  const window = { seconds: to - from, at: new Date(to * 1_000) }
  return judgedOf(of.canary, trials).map((metric) =>
    countsCheck(of.canary, metric, { ...of, ...window }),
  )
}

/** Enough for the estimates, and little for the server. */
const mostSteps = 720

/** What the primary's history is asked, once in a run; its steps are as long as the looks. */
export function pastQuestionsOf({ trials, isNew }: Hearing, of: Look, historyMs: number) {
  const stepSeconds = Math.max(1, Math.round(of.canary.analysis.intervalMs / 1_000))
  const steps = Math.min(mostSteps, Math.floor(historyMs / 1_000 / stepSeconds))
  if (!isNew || steps < 1) return []
  return judgedOf(of.canary, trials).map((metric) =>
    pastCheck(of.canary, metric, { ...of, stepSeconds, steps }),
  )
}

/** Without an answer the careful guess stays: a history is no condition. */
export function withHistory(hearing: Hearing, outcomes: readonly Outcome[]): Hearing {
  const trials = hearing.trials.map((trial, at) => {
    const outcome = outcomes[at]
    return outcome && 'past' in outcome && outcome.past
      ? { ...trial, ...withPast(trial, outcome.past) }
      : trial
  })
  return { ...hearing, trials }
}

function judgedOf({ analysis }: Canary, trials: readonly Trial[]) {
  return analysis.metrics.filter(({ name }) => trials.some((trial) => trial.name === name))
}

export interface Looked {
  trials: readonly Trial[]
  lastLook: string
  /** Why the look brought nothing: the counts stay for the next, longer window. */
  missing?: string
  /** The canary got no request in this look. */
  isIdle?: boolean
}

const nobody = { bad: 0, all: 0 }

/** The trials with one look more. A metric that could not be counted leaves all as they were. */
export function lookedAt(hearing: Hearing, outcomes: readonly Outcome[]): Looked {
  const { trials, from, to, isGap } = hearing
  const stays = { trials, lastLook: stampOf(from) }
  const seconds = to - from
  if (isGap)
    return added(hearing, () => ({ seconds, canary: nobody, primary: nobody, skip: 'gap' }))
  if (seconds <= 0) return stays
  const problem = outcomes.map(problemOf).find((one) => one !== undefined)
  if (problem !== undefined) return { ...stays, missing: problem }
  const arms = outcomes.map((outcome) => ('arms' in outcome ? outcome.arms : undefined))
  const isSilent = arms.every((arm) => (arm?.canary.all ?? 0) + (arm?.primary.all ?? 0) === 0)
  if (isSilent) return { ...stays, missing: 'no requests were counted at either version' }
  const looked = added(hearing, (at) => ({ seconds, ...(arms[at] ?? neither) }))
  return { ...looked, isIdle: arms.some((arm) => arm?.canary.all === 0) }
}

const neither = { canary: nobody, primary: nobody }

function added({ trials, to }: Hearing, look: (at: number) => Counted): Looked {
  return {
    trials: trials.map((trial, at) => trimmed({ ...trial, looks: [...trial.looks, look(at)] })),
    lastLook: stampOf(to),
  }
}

function problemOf(outcome: Outcome): string | undefined {
  if ('problem' in outcome) return outcome.problem
  if ('error' in outcome) return outcome.error
  return outcome.arms ? undefined : 'the answer holds no counts'
}

function secondsOf(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000)
}

const stampOf = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')

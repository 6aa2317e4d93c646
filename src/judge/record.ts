/** What the judge keeps in the status of a run, and how it goes on from there. */
import type { JudgedMetric, JudgePlan, JudgeStatus } from '../canary/api.gen.ts'
import { type Evidence, fold, noEvidence } from './evidence.ts'
import { ratioOf } from './interval.ts'
import {
  readCheckpoint,
  readLooks,
  type Totals,
  totalsAfter,
  totalsIn,
  writeCheckpoint,
  writeLooks,
} from './log.ts'
import type { Look } from './look.ts'
import type { Past } from './past.ts'
import { type Plan, priorDispersion } from './plan.ts'
import { ownRules, shownPlan } from './planned.ts'

/** Of the formulas: a status of another version is none that can be gone on with. */
export const version = 1

/** One judged metric in the middle of a run; of durations, one for each bound. */
export interface Trial {
  name: string
  /** A request that takes longer counts as a failure; milliseconds. */
  boundMs?: number
  /** It moves nothing, whatever it comes to. */
  isShadow?: boolean
  plan: Plan
  /** Where dispersion and usual rate come from. */
  from: Past['from'] | 'Setting'
  /** Evidence of the looks that are not kept. */
  checkpoint?: string
  looks: readonly Look[]
}

export type Planned = Pick<Trial, 'name' | 'plan' | 'from' | 'boundMs' | 'isShadow'> & {
  /** It is judged by bounds, which are chosen when the run begins. */
  needsBounds?: true
}

/** A metric that can't be judged in this run, and why: its range decides. */
export interface Ranged {
  name: string
  why: string
}

export interface Known {
  trials: readonly Trial[]
  ranged: readonly Ranged[]
}

/** What a run goes on with; undefined where it was not judged by these very plans. */
export function resumed(
  status: JudgeStatus | undefined,
  plans: readonly Planned[],
): Known | undefined {
  if (status?.version !== version) return undefined
  const known = status.metrics ?? []
  const found = plans.map((plan) => ({
    plan,
    entries: known.filter(({ name }) => name === plan.name),
  }))
  const count = found.reduce((sum, { entries }) => sum + entries.length, 0)
  const isSame =
    count === known.length && found.every(({ plan, entries }) => isBy(status, plan, entries))
  if (!isSame) return undefined
  return {
    trials: found.flatMap(({ plan, entries }) => trialsOf(plan, entries)),
    ranged: known.flatMap(({ name, ranged: why }) => (why === undefined ? [] : [{ name, why }])),
  }
}

function trialsOf(planned: Planned, entries: readonly JudgedMetric[]): Trial[] {
  return entries.flatMap((entry, at): Trial[] => {
    if (entry.ranged !== undefined) return []
    const plan = entry.bound === undefined ? planned : boundedBy(planned, entry.bound, at)
    const { checkpoint, looks } = entry
    return [
      { ...measured(plan, entry), looks: readLooks(looks), ...(checkpoint && { checkpoint }) },
    ]
  })
}

/** The plan for one bound: the range speaks of the first one alone. */
export function boundedBy(planned: Planned, boundMs: number, at: number): Planned {
  const { objective, ...plan } = planned.plan
  const isFirst = at === 0 && objective !== undefined
  return { ...planned, boundMs, plan: isFirst ? { ...plan, objective } : plan }
}

/** What was measured when the run began stays. */
function measured(planned: Planned, known: JudgedMetric): Planned {
  const { cluster, noise = 0, usual, from = 'Prior' } = known
  if (cluster === undefined || planned.from === 'Setting') return planned
  const dispersion = { cluster, noise }
  const plan = { ...planned.plan, dispersion, ...(usual !== undefined && { usual: usual / 100 }) }
  return { ...planned, plan, from }
}

/** The plan of a metric as the status has it. */
export function planIn({ plan }: JudgeStatus, metric: JudgedMetric): Plan {
  const rules = { ...plan, ...metric.rules }
  const { ratio, scheduledLooks, plannedLooks, require = 'Ratio', compareTo = 'Primary' } = rules
  const { objective, usual, cluster = priorDispersion.cluster, noise = 0 } = metric
  return {
    ...{ ratio, scheduledLooks, plannedLooks, require, compareTo },
    ignoreBelow: rules.ignoreBelow / 100,
    falseRollback: plan.falseRollback / 100,
    missed: plan.missed / 100,
    dispersion: { cluster, noise },
    ...(objective !== undefined && { objective: objective / 100 }),
    ...(usual !== undefined && { usual: usual / 100 }),
  }
}

/** The trial with what the primary's history says; settings of the Canary win. */
export function withPast(planned: Planned, { dispersion, usual, from }: Past): Planned {
  const rate = usual === undefined ? {} : { usual: exact(usual) }
  if (planned.from === 'Setting') return { ...planned, plan: { ...planned.plan, ...rate } }
  const { cluster, noise } = dispersion
  const rounded = { cluster: exact(cluster), noise: exact(noise) }
  return { ...planned, plan: { ...planned.plan, dispersion: rounded, ...rate }, from }
}

/** As it comes back from the status. */
const exact = (value: number): number => Number(value.toPrecision(6))

/** Rules chosen after seeing would void every promise: another plan is another trial. */
function isBy(status: JudgeStatus, planned: Planned, entries: readonly JudgedMetric[]): boolean {
  const [first] = entries
  if (!first || (entries.length > 1 && !planned.needsBounds)) return false
  if (planned.needsBounds && first.ranged !== undefined) return true
  return entries.every((entry, at) => {
    if (planned.needsBounds !== (entry.bound === undefined ? undefined : true)) return false
    const plan = entry.bound === undefined ? planned : boundedBy(planned, entry.bound, at)
    return isByPlan(status, plan, entry)
  })
}

function isByPlan(status: JudgeStatus, { plan, from }: Planned, metric: JudgedMetric): boolean {
  const sorted = (rules: object) => JSON.stringify(Object.entries(rules).sort())
  return (
    (metric.from === 'Setting') === (from === 'Setting') &&
    (from !== 'Setting' || metric.cluster === plan.dispersion.cluster) &&
    metric.objective === percentOf(plan.objective) &&
    sorted({ ...status.plan, ...metric.rules }) === sorted(shownPlan(plan))
  )
}

/** A look is folded once, however often its evidence is asked for. */
const folded = new WeakMap<Trial, Evidence>()

/** The evidence of all looks of a trial. */
export function evidenceOf(trial: Trial): Evidence {
  const evidence = folded.get(trial) ?? foldAll(trial)
  folded.set(trial, evidence)
  return evidence
}

function foldAll({ plan, checkpoint, looks }: Trial): Evidence {
  const start = checkpoint === undefined ? undefined : readCheckpoint(checkpoint, plan)
  return looks.reduce((state, look) => fold(state, look, plan), start ?? noEvidence(plan))
}

const mostLooks = 128
const fewestFolded = 64

/** With more looks than are kept the oldest go into the checkpoint, at the end of a minute. */
export function trimmed(trial: Trial): Trial {
  const { plan, looks } = trial
  if (looks.length <= mostLooks) return trial
  let state = evidenceOf({ ...trial, looks: looks.slice(0, fewestFolded) })
  let at = fewestFolded
  for (const look of looks.slice(fewestFolded)) {
    if (state.filled >= 60) break
    state = fold(state, look, plan)
    at += 1
  }
  const totals = totalsAfter(totalsIn(trial.checkpoint), looks.slice(0, at))
  return { ...trial, checkpoint: writeCheckpoint(state, plan, totals), looks: looks.slice(at) }
}

/** A trial as the status has it, beside the rules of the run. */
export function shownTrial(trial: Trial, evidence: Evidence, shared: JudgePlan): JudgedMetric {
  const { name, boundMs, isShadow, plan, looks, checkpoint } = trial
  const rules = ownRules(plan, shared)
  const objective = percentOf(plan.objective)
  const { estimate, low, high } = ratioOf(looks, plan)
  const { canary, primary } = totalsOf(trial)
  return {
    name,
    ...(boundMs !== undefined && { bound: boundMs }),
    ...(isShadow && { shadow: true }),
    ...(rules && { rules }),
    ...(objective !== undefined && { objective }),
    cluster: plan.dispersion.cluster,
    ...(plan.dispersion.noise > 0 && { noise: plan.dispersion.noise }),
    ...(plan.usual !== undefined && { usual: exact(100 * plan.usual) }),
    from: trial.from,
    harm: shown(Math.exp(Math.min(600, evidence.harm))),
    safety: shown(Math.exp(Math.min(600, evidence.safety))),
    ...(objective !== undefined && { kept: shown(Math.exp(Math.min(600, evidence.objective))) }),
    ratio: { estimate: shown(estimate), low: shown(low), high: shown(high) },
    canary,
    primary,
    ...(checkpoint !== undefined && { checkpoint }),
    looks: writeLooks(looks),
  }
}

/** What both versions answered in this run, also in looks that are not kept. */
export function totalsOf({ looks, checkpoint }: Pick<Trial, 'looks' | 'checkpoint'>): Totals {
  return totalsAfter(totalsIn(checkpoint), looks)
}

const percentOf = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : Number((100 * share).toPrecision(6))

const shown = (value: number): number => Number(value.toPrecision(3))

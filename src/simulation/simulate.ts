/** Plays a Canary with the rules of the controller on a clock of its own. Pure: chance is given. */
import { decide } from '../analysis/decide.ts'
import {
  type Check,
  checkKey,
  type Decision,
  type Verdict,
  type Verdicts,
} from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import type { Outcome } from '../metrics/asking.ts'
import type { MetricCheck } from '../metrics/checks.ts'
import { judgeFor } from '../metrics/evidence-judge.ts'
import { countedOn } from './both-versions.ts'
import {
  abilitiesOf,
  after,
  canaryOn,
  type Manifest,
  newStage,
  observe,
  type Stage,
} from './stage.ts'
import { countedIn, type Load, measuredLatency, withTraffic } from './traffic.ts'

export interface Script {
  manifest: Manifest
  load: Load
  /** From the creation of pods until they are ready. */
  podReadyMs: number
  /** Gives numbers in [0, 1): equal numbers, equal runs. */
  random: () => number
}

/** One line of what happened; times are seconds since the run began. */
export interface Moment {
  at: number
  phase: string
  weight: number
  failed: number
  event: string
}

export interface Played {
  result: 'promoted' | 'rolled back' | 'unfinished'
  seconds: number
  /** Requests of users that the canary answered, and those that failed. */
  users: number
  failedUsers: number
  timeline: Moment[]
}

/** A run that has not ended after this is none that anybody waits for. */
const longestMs = 7 * 86_400_000

/** Throws InvalidSpecError where the controller would work on no such Canary. */
export function play(script: Script): Played {
  let stage = newStage(script.manifest, script.podReadyMs)
  const [problem] = canaryOn(stage).problems
  if (problem !== undefined) throw new InvalidSpecError(problem)
  const timeline: Moment[] = []
  for (;;) {
    const settled = settle(stage, script)
    stage = settled.stage
    note(timeline, stage, settled.events)
    const result = resultOf(stage)
    const next = nextTime(stage)
    if (result !== undefined || next === undefined || next - stage.startedAt > longestMs)
      return played(stage, result ?? 'unfinished', timeline)
    stage = { ...stage, now: next, counts: served(stage, next, script) }
  }
}

function played(stage: Stage, result: Played['result'], timeline: Moment[]): Played {
  const { users, failedUsers } = stage.counts
  return { result, seconds: secondsOf(stage), users, failedUsers, timeline }
}

function secondsOf({ now, startedAt }: Stage): number {
  return Math.round((now - startedAt) / 1000)
}

function resultOf({ resource }: Stage): Played['result'] | undefined {
  const { phase } = resource.status
  return phase === 'Succeeded' ? 'promoted' : phase === 'Failed' ? 'rolled back' : undefined
}

function nextTime({ now, wakeAt, target, primary }: Stage): number | undefined {
  const times = [wakeAt, target.readyAt, primary.readyAt].filter((time) => (time ?? 0) > now)
  return times.length === 0 ? undefined : Math.min(...times.map(Number))
}

/** What users and tests send until then. */
function served(stage: Stage, to: number, { load, random }: Script) {
  const { canary } = canaryOn(stage)
  const { routes, target } = stage
  const hasPods = target.replicas > 0 && target.readyAt <= stage.now
  if (!hasPods) return stage.counts
  const { weights } = abilitiesOf(canary)
  const isMatched = canary.strategy === 'ab-testing' && !routes.everybody && routes.canary > 0
  const share = !weights ? 0 : isMatched ? load.matching : routes.canary / 100
  const mirrorWeight = routes.mirrorWeight ?? (canary.analysis.mirrorWeight || 100)
  const copied = routes.mirrored ? mirrorWeight / 100 : 0
  return withTraffic(stage.counts, { from: stage.now, to }, { load, share, copied, random })
}

/** Looks until nothing changes any more: every own write is seen, and looked at again. */
function settle(stage: Stage, script: Script): { stage: Stage; events: string[] } {
  const events: string[] = []
  let now = stage
  for (let looks = 0; looks < 20; looks++) {
    const next = look(now, script, events)
    if (JSON.stringify(stateOf(next)) === JSON.stringify(stateOf(now)))
      return { stage: next, events }
    now = next
  }
  throw new Error('the simulated canary never comes to rest')
}

function stateOf({ resource, target, primary, routes }: Stage): object {
  return { status: resource.status, target, primary, routes }
}

function look(stage: Stage, script: Script, events: string[]): Stage {
  const decision = decided(stage, script)
  const done = decision.effects.reduce(after, stage)
  for (const effect of decision.effects)
    if (effect.kind === 'event' || effect.kind === 'report') events.push(effect.message)
  const lastStepAt = decision.paced ? stage.now : stage.lastStepAt
  return { ...done, lastStepAt, wakeAt: decision.wakeAt?.getTime() }
}

function decided(stage: Stage, script: Script): Decision & { kind: 'act' } {
  const seen = observe(stage)
  let verdicts: Verdicts = {}
  for (;;) {
    const decision = decide(seen, verdicts)
    if (decision.kind === 'act') return decision
    const verdict = answer(decision.check, seen.canary, stage, script)
    verdicts = { ...verdicts, [checkKey(decision.check)]: verdict }
  }
}

/** Hooks say yes, and nobody asks for a rollback: what is tried out are the metrics. */
function answer(check: Check, canary: Canary, stage: Stage, script: Script): Verdict {
  if (check.kind === 'metrics' || check.kind === 'looks')
    return measured(canary, stage, { ...script, countsOnly: check.kind === 'looks' })
  const outcome = check.kind === 'hooks' && check.type === 'rollback' ? 'failed' : 'passed'
  return { outcome, events: [], results: [] }
}

function measured(
  canary: Canary,
  stage: Stage,
  { countsOnly, ...script }: Script & { countsOnly: boolean },
): Verdict {
  const now = new Date(stage.now)
  const find = () => undefined
  const judging = judgeFor(canary).look({
    ...{ canary, find, now, countsOnly },
    meshProvider: canary.provider,
  })
  let step = judging.next([])
  while (!step.done)
    step = judging.next(
      step.value.map((one) =>
        one.kind === 'counts'
          ? countedOn(stage, one.metric, { ...script, canary })
          : outcomeOf(one, stage, script),
      ),
    )
  return step.value.verdict
}

/** What a metric server would say; a metric that is not built in is taken for well. */
function outcomeOf({ metric, kind, factor }: MetricCheck, stage: Stage, script: Script): Outcome {
  const { load, random } = script
  const { intervalMs: windowMs } = metric
  const { requests, failed } = countedIn(stage.counts, stage.now, windowMs)
  if (kind === 'request-success-rate')
    return requests === 0 ? {} : { value: 100 * (1 - failed / requests), requests }
  if (kind === 'request-duration') {
    if (requests === 0) return {}
    const ms = measuredLatency(load.canary.latencyMs, requests, random)
    return { value: ms / factor, requests }
  }
  return { value: metric.min ?? metric.max ?? 0, requests }
}

function note(timeline: Moment[], stage: Stage, events: readonly string[]): void {
  const { phase = '', failedChecks: failed = 0 } = stage.resource.status
  const weight = stage.routes.canary
  const last = timeline.at(-1)
  if (last && last.phase === phase && last.weight === weight && last.failed === failed) return
  timeline.push({ at: secondsOf(stage), phase, weight, failed, event: events.at(-1) ?? '' })
}

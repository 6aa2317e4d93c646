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
import { badOutcome, failedHook, gateOn, happened, mishapFor, recordedOutcome } from './mishaps.ts'
import type { Script } from './script.ts'
import { abilitiesOf, after, canaryOn, newStage, observe, type Stage } from './stage.ts'
import { countedIn, measuredLatency, withTraffic } from './traffic.ts'

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
  const { manifest, podReadyMs, mishaps = [] } = script
  let stage: Stage = { ...newStage(manifest, podReadyMs), mishaps }
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

function look(before: Stage, script: Script, events: string[]): Stage {
  const { decision, stage } = decided(before, script)
  const done = decision.effects.reduce(after, stage)
  for (const effect of decision.effects)
    if (effect.kind === 'event' || effect.kind === 'report') events.push(effect.message)
  const lastStepAt = decision.paced ? stage.now : stage.lastStepAt
  return { ...done, lastStepAt, wakeAt: decision.wakeAt?.getTime() }
}

interface Answered {
  verdict: Verdict
  /** What the answer used up is no more on it. */
  stage: Stage
}

function decided(
  before: Stage,
  script: Script,
): { decision: Decision & { kind: 'act' }; stage: Stage } {
  const seen = observe(before)
  let stage = before
  let verdicts: Verdicts = {}
  for (;;) {
    const decision = decide(seen, verdicts)
    if (decision.kind === 'act') return { decision, stage }
    const answered = answer(decision.check, seen.canary, stage, script)
    stage = answered.stage
    verdicts = { ...verdicts, [checkKey(decision.check)]: answered.verdict }
  }
}

/** Hooks say yes, and nobody asks for a rollback, unless the script has it otherwise. */
function answer(check: Check, canary: Canary, stage: Stage, script: Script): Answered {
  if (check.kind === 'metrics' || check.kind === 'looks')
    return measured(canary, stage, { ...script, countsOnly: check.kind === 'looks' })
  const none = { events: [], results: [] }
  if (check.kind !== 'hooks') return { stage, verdict: { outcome: 'passed', ...none } }
  const { type } = check
  if (type === 'rollback') return { stage, verdict: { outcome: 'failed', ...none } }
  const hooks = canary.analysis.webhooks.filter((hook) => hook.type === type)
  for (const { name } of hooks) {
    const mishap = mishapFor(stage, canary, { name, isFirst: false })
    if (mishap) return { stage: happened(stage, mishap), verdict: failedHook(name, type, canary) }
  }
  const isGate = type.startsWith('confirm-') && hooks.length > 0
  const gate = isGate ? gateOn(stage, type, script.gateDelayMs ?? 0) : { stage, isOpen: true }
  return { stage: gate.stage, verdict: { outcome: gate.isOpen ? 'passed' : 'failed', ...none } }
}

function measured(
  canary: Canary,
  before: Stage,
  { countsOnly, ...script }: Script & { countsOnly: boolean },
): Answered {
  let stage = before
  const now = new Date(stage.now)
  const find = () => undefined
  const judging = judgeFor(canary).look({
    ...{ canary, find, now, countsOnly },
    meshProvider: canary.provider,
  })
  const [first] = canary.analysis.metrics
  const answerTo = (one: MetricCheck) => {
    if (one.kind === 'counts') return countedOn(stage, one.metric, { ...script, canary })
    const { name } = one.metric
    const mishap = mishapFor(stage, canary, { name, isFirst: name === first?.name })
    if (!mishap) return outcomeOf(one, stage, script)
    stage = happened(stage, mishap)
    return badOutcome(one)
  }
  let step = judging.next([])
  while (!step.done) step = judging.next(step.value.map(answerTo))
  return { stage, verdict: step.value.verdict }
}

/** What a metric server would say; a metric that is not built in is taken for well. */
function outcomeOf(check: MetricCheck, stage: Stage, script: Script): Outcome {
  const { metric, kind, factor } = check
  const { load, random, recording } = script
  const recorded = recording && recordedOutcome(recording, check, secondsOf(stage))
  if (recorded) return recorded
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

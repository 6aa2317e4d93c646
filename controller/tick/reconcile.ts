/** One tick: observe, decide (and check, as often as needed), perform, and say when to look again. */

import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../src/analysis/decide.ts'
import type { Decision, Effect, Observation, Verdicts } from '../../src/analysis/decision.ts'
import { checkKey } from '../../src/analysis/decision.ts'
import { later } from '../../src/analysis/effects/act.ts'
import { runBegins } from '../../src/analysis/rules/turns.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import { InvalidSpecError, KubeError, messageOf, StandbyError } from '../../src/errors.ts'
import { backoffMs } from '../../src/retry.ts'
import { unknownProvider } from '../../src/routers/index.ts'
import { runCheck } from '../asking/check.ts'
import { unlessInterrupted } from '../asking/interrupt.ts'
import { lostPrimary } from '../observe/lost-primary.ts'
import { canaryRef, isConflict, observe } from '../observe/observe.ts'
import { lastingText, refusalText } from '../observe/refusal.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { held, sayAgain } from './held.ts'
import type { Identity } from './on-canary.ts'
import { perform } from './perform.ts'
import { planAfter } from './plan.ts'
import type { Scene } from './scene.ts'
import type { Reconciler, Tick } from './tick.ts'
import { withUnsentAlerts } from './unsent-alerts.ts'

/** One tick for one canary. It does not know what woke it: everything is looked at again. */
export async function reconcile(key: string, of: Reconciler): Promise<Tick> {
  const memory = of.memoryOf(key)
  try {
    const tick = await look(key, of, memory)
    memory.failures = 0
    return tick
  } catch (error) {
    return failed(key, error, of, memory)
  }
}

async function look(key: string, of: Reconciler, memory: Memory): Promise<Tick> {
  const { deps } = of
  const started = deps.clock.monotonicMs()
  const found = await observe(key, deps, memory)
  if (!found) return { gone: true }
  if ('obstacle' in found) return held(key, found.obstacle, of, memory)
  warn(found.seen, deps, memory)
  const settled = await settle(found, deps, memory)
  if (!settled) return { wakeMs: deps.clock.monotonicMs() }
  const { decision, analysed } = settled
  // Others took the last place while this one made up its mind.
  if (decision.rule === runBegins && !deps.runLimits.claim(found.seen.canary.resource, found.seen))
    return { wakeMs: deps.clock.monotonicMs() }
  memory.retryMs = undefined
  const { changed, refused } = await act(found, decision, of, memory).finally(() =>
    deps.runLimits.release(key),
  )
  memory.answers.forget()
  const reports = decision.effects.filter((effect) => effect.kind === 'report')
  memory.said.retain([...reports, ...refused.map((message) => ({ message }))])
  if (decision.paced) memory.lastStepMs = found.nowMs
  const endedMs = deps.clock.monotonicMs()
  const seconds = (endedMs - started) / 1000
  note(found, { changed, seconds, analysed, rule: decision.rule }, deps)
  // A dry run changes nothing, whatever it says.
  const isMoved = changed.length > 0 && !deps.settings.dryRun
  const wakeMs = dueMs(found, decision, { isMoved, isRefused: refused.length > 0, endedMs })
  return {
    wakeMs: earlier(earlier(wakeMs, memory.retryMs), memory.said.dueMs(endedMs)),
    isWaiting: refused.length === 0 && isAhead(decision, found.seen.now),
  }
}

function isAhead({ paced, wakeAt }: Act, now: Date): boolean {
  return paced && wakeAt !== undefined && wakeAt > now
}

/** When the decision wants the next look; what was refused is said again as long as it is. */
function dueMs(
  { seen: { now, canary }, nowMs }: Scene,
  { wakeAt }: Act,
  of: { isMoved: boolean; isRefused: boolean; endedMs: number },
): number | undefined {
  const again = of.isRefused ? later(now, canary.analysis.intervalMs) : undefined
  return planAfter({ wakeAt: wakeAt ?? again, now, nowMs, changed: of.isMoved }, of.endedMs)
}

/** Said once for as long as it holds: a provider that nobody knows, a label that can't change. */
function warn(
  { canary, warnings: found = [] }: Observation,
  { teller }: Deps,
  memory: Memory,
): void {
  const { provider, label, status } = canary
  // A provider that nobody knows may be a slip of the pen, since Istio is a guess.
  const unknown = unknownProvider(provider)
  const warnings = [...(unknown === undefined ? [] : [unknown]), ...found]
  const { phase = '' } = status
  for (const warning of warnings)
    if (!memory.warned.has(warning))
      teller.event(canary, { type: 'Warning', message: `canary ${label}: ${warning}`, phase })
  memory.warned = new Set(warnings)
}

type Act = Extract<Decision, { kind: 'act' }>

/** Asks until there is something to do; undefined when something else came first. */
async function settle(
  scene: Scene,
  deps: Deps,
  { answers }: Memory,
): Promise<{ decision: Act; analysed: boolean } | undefined> {
  let verdicts: Verdicts = answers.of(scene.seen, scene.nowMs)
  let decision = decide(scene.seen, verdicts)
  let analysed = false
  while (decision.kind === 'check') {
    const { check } = decision
    analysed = true
    const verdict = await deps.outside(() =>
      unlessInterrupted(scene, deps, (given) => runCheck(check, scene, given)),
    )
    if (!verdict) return undefined
    answers.keep(check, verdict, deps.clock.monotonicMs())
    // What was answered counts in the next look, which sees that nobody can be led back now.
    if (lostPrimary(scene, deps)) return undefined
    verdicts = { ...verdicts, [checkKey(check)]: verdict }
    decision = decide(scene.seen, verdicts)
  }
  return { decision, analysed }
}

/** A dry run tells nobody, and notes nothing. */
function told(
  effects: readonly Effect[],
  { seen }: Scene,
  { deps: { settings, teller } }: Reconciler,
  { correspondence }: Memory,
): readonly Effect[] {
  if (settings.dryRun) return effects
  const hears = (alert: Parameters<typeof teller.alert>[1]) => teller.hears(seen.canary, alert)
  return withUnsentAlerts(effects, seen, { correspondence, hears })
}

/** A refusal of the spec in the middle is said like one at the start, and ends the tick. */
async function act(scene: Scene, decision: Act, of: Reconciler, memory: Memory) {
  const { deps, identity } = of
  try {
    const effects = told(
      [...decision.effects, ...correction(scene.seen, identity)],
      scene,
      of,
      memory,
    )
    const done = await perform(effects, scene, { deps, memory, identity })
    return { ...done, refused: [] }
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    const { phase = '' } = scene.seen.canary.status
    const report: Effect = { kind: 'report', type: 'Warning', message: error.message, phase }
    const done = await perform([report], scene, { deps, memory, identity })
    return { ...done, refused: [error.message] }
  }
}

/**
 * What the status says of the flags must not be what they were before: people act on it. Where it
 * says nothing yet, the next write of the status adds it: an upgrade writes to nobody at rest.
 */
function correction({ canary }: Scene['seen'], { settings }: Identity): Effect[] {
  const { controllerSettings } = canary.status
  const isKnown =
    controllerSettings === undefined || isDeepStrictEqual(controllerSettings, settings)
  if (isKnown || canary.metadata.deletionTimestamp !== undefined) return []
  return [{ kind: 'status', change: {} }]
}

function note(
  { seen }: Scene,
  of: { changed: string[]; seconds: number; analysed: boolean; rule: string },
  { log, metrics }: Deps,
): void {
  const { canary, routes } = seen
  metrics.tick(canary, of.seconds, { analysed: of.analysed })
  if (routes && !('unreadable' in routes)) metrics.weight(canary, routes)
  const fields = {
    canary: canary.label,
    phase: canary.status.phase ?? '',
    weight: canary.status.canaryWeight ?? 0,
    rule: of.rule,
    effects: of.changed,
    ms: Math.round(of.seconds * 1000),
  }
  if (of.changed.length > 0) log.info(fields, 'canary moved on')
  else log.debug(fields, 'canary looked at')
}

const pauses = { firstMs: 50, mostMs: 60_000 }
/** In a row, which takes some seconds: more than a server needs to recover. */
const lastingFailures = 8

/** The one place where an error's class becomes what the loop does next. */
function failed(key: string, error: unknown, { deps }: Reconciler, memory: Memory): Tick {
  if (deps.signal.aborted) return {}
  if (error instanceof StandbyError) return standBy(key, error, deps)
  memory.failures += 1
  const delayMs = backoffMs(memory.failures - 1, pauses)
  const canary = key.split('/').reverse().join('.')
  if (isConflict(error)) {
    deps.log.debug({ canary, err: messageOf(error) }, 'changed meanwhile, looking again')
    if (error instanceof KubeError) complain(key, error, deps, memory)
    deps.metrics.failure('conflict')
    return { wakeMs: after(deps, memory.failures > 3 ? delayMs : 0) }
  }
  if (error instanceof KubeError) {
    complain(key, error, deps, memory)
    deps.log.warn({ canary, err: error.message, status: error.status }, 'API server refused')
    deps.metrics.failure('api')
    return { wakeMs: after(deps, Math.max(delayMs, error.retryAfterMs ?? 0)) }
  }
  deps.log.error({ canary, err: error instanceof Error ? error : String(error) }, 'defect')
  deps.metrics.failure('defect')
  return { wakeMs: after(deps, delayMs) }
}

const standbyMs = 1_000

/** No failure of the canary's: the lease is renewed, or the process ends. */
function standBy(key: string, error: StandbyError, deps: Deps): Tick {
  deps.log.warn({ canary: key.split('/').reverse().join('.') }, error.message)
  return { wakeMs: after(deps, standbyMs) }
}

/** What will not pass by itself is for the people who look at the canary, not only for the log. */
function complain(key: string, error: KubeError, deps: Deps, memory: Memory): void {
  const isLasting = memory.failures >= lastingFailures
  const text = refusalText(error) ?? (isLasting ? lastingText(error) : undefined)
  const resource = deps.cache.get<CanaryResource>(canaryRef(key))
  if (text === undefined || !resource) return
  const { canary } = parseCanary(resource, deps.settings.defaults)
  sayAgain(canary, text, { deps, memory })
}

function after({ clock }: Deps, ms: number): number {
  return clock.monotonicMs() + ms
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return other === undefined ? one : Math.min(other, one ?? other)
}

/** Puts the questions of a decision to hooks and metric servers. */
import type { Check, Effect, HookType, Observation, Verdict } from '../../src/analysis/decision.ts'
import type { EffectiveWebhook } from '../../src/canary/analysis.ts'
import type { Canary, Phase } from '../../src/canary/canary.ts'
import { keptGate } from '../../src/canary/gates.ts'
import { ask as askMetric } from '../../src/metrics/asking.ts'
import { judgeFor } from '../../src/metrics/evidence-judge.ts'
import { probeProblem, providerProbes } from '../../src/metrics/probes.ts'
import { type Budget, createBudget } from '../../src/template/budget.ts'
import { hookText } from '../../src/webhooks/texts.ts'
import { hookToken, type TokenDeps } from '../observe/beside/hook-token.ts'
import type { Deps, Settings } from '../process/deps.ts'
import type { Metrics } from '../process/metrics.ts'
import { inPieces } from '../queue/breath.ts'
import type { Teller } from '../tell/tell.ts'
import type { Scene } from '../tick/scene.ts'
import { type AnswererDeps, answererOf } from './answerer.ts'
import { callHook, type HookAnswer } from './hook-call.ts'

/** What is asked about. */
interface Asked {
  seen: Pick<Observation, 'canary' | 'workload' | 'now'>
  snapshot: Pick<Scene['snapshot'], 'find'>
}

export interface AskingDeps extends AnswererDeps, TokenDeps, Pick<Deps, 'log' | 'breath'> {
  settings: Pick<
    Settings,
    'defaults' | 'dryRun' | 'hookMethods' | 'noCrossNamespaceRefs' | 'sharing'
  >
  metrics: Pick<Metrics, 'analysis' | 'judged'>
}

/** Asks, in order, until one answer decides. */
export function runCheck(check: Check, scene: Asked, deps: AskingDeps): Promise<Verdict> {
  switch (check.kind) {
    case 'hooks':
      return askHooks(check, scene, deps)
    case 'metrics':
    case 'looks':
      return askMetrics(scene, deps, check.kind === 'looks')
    default:
      return askProviders(scene, deps)
  }
}

async function askHooks(
  { type, phase }: Extract<Check, { kind: 'hooks' }>,
  { seen }: Asked,
  deps: AskingDeps,
): Promise<Verdict> {
  const { canary, workload } = seen
  // The gate is asked about what is to be rolled out, not about what was.
  const pending = { lastAppliedSpec: workload.revision, trackedConfigs: workload.configs ?? {} }
  const about: Canary =
    type === 'confirm-rollout' ? { ...canary, status: { ...canary.status, ...pending } } : canary
  const verdict: Verdict = {
    outcome: type === 'rollback' ? 'failed' : 'passed',
    events: [],
    results: [],
  }
  const budget = createBudget()
  for (const hook of hooksOf(canary, type)) {
    const answer = await ask(hook, { canary: about, phase, budget }, deps)
    const { passed, why, broken, isOurs, askAgainMs } = answer
    if (isOurs && isCheck(type)) return unasked(verdict, hook, why)
    const text = hookText(type, wordsOf(canary, hook, answer))
    if (text) verdict.events.push(text)
    verdict.results.push(resultOf(hook, answer))
    const decides = type === 'rollback' ? passed : !passed
    if (decides)
      return {
        ...verdict,
        outcome: passed ? 'passed' : 'failed',
        by: hook.name,
        ...(why !== '' && { why }),
        ...(broken && { broken }),
        ...(askAgainMs !== undefined && { askAgainMs }),
      }
  }
  return verdict
}

/** Those that count; a gate that can't be asked stays shut, and a rollback hook says nothing. */
function isCheck(type: HookType): boolean {
  return type === 'rollout' || type === 'pre-rollout'
}

/** What the process itself was unable to ask says nothing of the canary. */
function unasked(sofar: Verdict, { name }: EffectiveWebhook, why: string): Verdict {
  return { ...sofar, outcome: 'undecided', by: name, why: `${name} could not be asked: ${why}` }
}

function hooksOf(canary: Canary, type: HookType): EffectiveWebhook[] {
  return canary.analysis.webhooks.filter((hook) => hook.type === type && hook.call === 'poll')
}

/** Hooks change the world: a dry run takes their success for granted, and a rollback for unasked. */
function ask(
  hook: EffectiveWebhook,
  of: { canary: Canary; phase: Phase; budget: Budget },
  deps: AskingDeps,
): Promise<HookAnswer> {
  const kept = keptGate(hook, of.canary.metadata)
  if (kept) return Promise.resolve({ passed: kept.state === 'open', why: kept.why })
  const { hookMethods, dryRun } = deps.settings
  const tokenIn = (namespace: string, name: string) => hookToken(deps, namespace, name)
  if (!dryRun) return callHook(hook, of, { ...deps, hookMethods, budget: of.budget, tokenIn })
  deps.log.info({ canary: of.canary.label, hook: hook.name }, 'dry run: hook not called')
  return Promise.resolve({ passed: hook.type !== 'rollback', why: 'not called in a dry run' })
}

function wordsOf({ label }: Canary, { name }: EffectiveWebhook, answer: HookAnswer) {
  const { passed, why, said = why } = answer
  return { canary: label, hook: name, passed, why: said }
}

function resultOf({ name }: EffectiveWebhook, { passed, why }: HookAnswer) {
  return { name, kind: 'webhook' as const, ok: passed, ...(passed ? {} : { error: why }) }
}

async function askMetrics(
  { seen, snapshot }: Asked,
  deps: AskingDeps,
  countsOnly: boolean,
): Promise<Verdict> {
  const { canary, now } = seen
  const { defaults, sharing, noCrossNamespaceRefs } = deps.settings
  const ownNamespacesOnly = noCrossNamespaceRefs || sharing.isRequired
  const { meshProvider } = defaults
  const budget = createBudget()
  const look = judgeFor(canary).look({
    ...{ canary, find: snapshot.find, meshProvider, now, sharing, ownNamespacesOnly },
    ...{ budget, countsOnly },
  })
  const answer = answererOf(deps)
  const breathe = () => deps.breath(canary.namespace)
  let step = look.next([])
  while (!step.done) {
    const checks = step.value
    const asks = checks.map((check) => () => askMetric(check, answer))
    step = look.next(await inPieces(asks, { budget, breathe, signal: deps.signal }))
  }
  const { verdict, recorded } = step.value
  for (const { metric, value } of recorded) deps.metrics.analysis(canary, metric, value)
  if (verdict.judge) deps.metrics.judged(canary, verdict.judge)
  return verdict
}

/** The first provider that is not there is told; the bootstrap goes on all the same. */
async function askProviders({ seen, snapshot }: Asked, deps: AskingDeps): Promise<Verdict> {
  const answer = answererOf(deps)
  const probes = providerProbes(seen.canary, snapshot.find, deps.settings.sharing)
  const problems = await Promise.all(probes.map((probe) => probeProblem(probe, answer)))
  const problem = problems.find((one) => one !== undefined)
  if (problem !== undefined) {
    const message = `Error checking metric providers: ${problem}`
    return { outcome: 'failed', why: problem, events: [{ type: 'Warning', message }], results: [] }
  }
  const message = 'all the metrics providers are available!'
  return { outcome: 'passed', events: [{ type: 'Normal', message }], results: [] }
}

/** Calls hooks whose answer changes nothing; the first that fails ends the row. */
export async function callHooks(
  { type, phase, eventPhase }: Extract<Effect, { kind: 'call' }>,
  canary: Canary,
  deps: AskingDeps & { teller: Pick<Teller, 'event'> },
): Promise<void> {
  const called = type === 'rollback' ? 'onRollback' : 'poll'
  const hooks = canary.analysis.webhooks.filter(
    (hook) => hook.type === type && hook.call === called,
  )
  const budget = createBudget()
  for (const hook of hooks) {
    const answer = await ask(hook, { canary, phase, budget }, deps).catch((error: unknown) => {
      if (!deps.signal.aborted) throw error
    })
    // The process ends in the middle of a hook: what was decided is said all the same.
    if (!answer) return
    // A rollback hook that is called, not polled, is told like any other hook after the run.
    const told = type === 'rollback' ? 'post-rollout' : type
    const text = hookText(told, wordsOf(canary, hook, answer))
    if (text) deps.teller.event(canary, { ...text, phase: eventPhase })
    if (!answer.passed) return
  }
}

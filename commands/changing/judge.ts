/** Whether a change fits the phase, judged before anything is sent. Pure; the controller decides. */
import { lastWeight } from '../../src/analysis/weights.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { isFinishing, isNew } from '../../src/canary/phases.ts'
import type { Summary } from '../../src/report/summary.ts'
import { readRequests } from '../../src/requests/request.ts'
import { routerFor } from '../../src/routers/index.ts'
import { usualSettings } from '../../src/routers/router.ts'
import type { Change } from './change.ts'

export type Judgement =
  | { kind: 'go' }
  /** The wanted state already holds. */
  | { kind: 'same'; why: string }
  | { kind: 'no'; why: string; hints: string[] }

interface Case {
  change: Change
  canary: Canary
  summary: Summary
  /** Name of the canary behind the plugin's: `kubectl canary ... podinfo`. */
  command: (verb: string, ...words: string[]) => string
}

const go: Judgement = { kind: 'go' }
const same = (why: string): Judgement => ({ kind: 'same', why })
const no = (why: string, ...hints: string[]): Judgement => ({ kind: 'no', why, hints })

/** The table of verbs by phase. */
export function judge(of: Case): Judgement {
  const { canary, change } = of
  if (canary.metadata.deletionTimestamp) return no('it is being deleted')
  if (canary.spec.suspend && change.verb !== 'resume' && change.verb !== 'skip-analysis')
    return change.verb === 'pause'
      ? same('already suspended')
      : no('spec.suspend is true', `go on first: ${of.command('resume', '--via=spec')}`)
  switch (change.verb) {
    case 'promote':
      return judgePromote(of)
    case 'abort':
      return judgeAbort(of)
    case 'pause':
      return of.summary.paused ? same('already paused') : go
    case 'resume':
      return judgeResume(of)
    case 'skip-analysis':
      return judgeSkip(of)
    case 'reset':
      return judgeReset(of)
    case 'retry':
      return judgeRetry(of)
    case 'restart':
      return judgeRestart(of)
  }
}

function judgePromote(of: Case): Judgement {
  const { summary, change, command } = of
  const { phase } = summary
  if (isFinishing(phase))
    return change.mode === 'gate' || change.mode === 'full'
      ? same('the promotion is under way')
      : no('the promotion has begun')
  if (phase === 'Failed') return no('the run has failed', `try again: ${command('retry')}`)
  if (isNew(phase)) return no('it is not initialized yet')
  if (phase === 'Initialized' || phase === 'Succeeded') {
    if (summary.pending) return no('the run has not started yet')
    return change.mode === 'gate' ? same('already promoted') : no('no rollout in progress')
  }
  if (change.mode === 'full') return go
  if (change.mode === 'gate') return judgeGate(of)
  return judgeSteps(of)
}

function judgeGate({ summary, command }: Case): Judgement {
  const waits = summary.phase !== 'Progressing' || summary.gate || summary.paused
  if (waits) return go
  return no(
    `it is not waiting (Progressing at weight ${summary.traffic.canary})`,
    `go one step on:         ${command('promote', '--step')}`,
    `go straight to the end: ${command('promote', '--full')}`,
  )
}

/** An A/B test and blue/green go on by an iteration, where the traffic is moved at all. */
function judgeSteps({ summary, change, canary }: Case): Judgement {
  const { traffic, progress, phase } = summary
  const { provider, strategy, analysis } = canary
  if (phase !== 'Progressing') return no(`there are no steps in ${phase}`)
  if (!routerFor(provider).abilities({ canary, settings: usualSettings }).weights)
    return no(`provider ${provider} moves no traffic by weight`)
  const isWeighted = strategy === 'canary'
  if (!isWeighted && change.mode === 'weight') return no(`strategy ${strategy} has no weights`)
  const { iteration, iterations, nextWeight } = progress
  const isLast = isWeighted ? nextWeight === null : (iteration ?? 0) >= (iterations ?? 0)
  if (isLast) return no(`it is at the last ${isWeighted ? 'weight' : 'iteration'}`, lastStep)
  const { weight } = change.fields
  const most = lastWeight(analysis)
  const isBad = weight !== undefined && (weight <= traffic.canary || weight > most)
  return change.mode === 'weight' && isBad
    ? no(`the weight must be above ${traffic.canary} and at most ${most}`)
    : go
}

const lastStep = 'the last step is promotion: use promote once it waits, or --full'

function judgeAbort({ summary, canary }: Case): Judgement {
  const { phase } = summary
  if (phase === 'Failed') return same('already failed')
  if (isFinishing(phase))
    return no('the promotion has begun', 'to go back, put the earlier version into the target')
  const running = phase === 'Waiting' || phase === 'Progressing' || phase === 'WaitingPromotion'
  if (running) return go
  const [last] = canary.status.history ?? []
  const image = last?.images?.[0]?.to?.split('/').at(-1)
  const told = last?.result === 'Succeeded' && image && last.endedAt
  return no('no rollout in progress', ...(told ? [`${image} was promoted at ${last.endedAt}`] : []))
}

function judgeResume({ canary, summary, command, change }: Case): Judgement {
  const asked = readRequests(canary.metadata.annotations).some(({ verb }) => verb === 'pause')
  if (asked || summary.paused?.how === 'request') return go
  if (!canary.spec.suspend) return same('not paused')
  // `--via=spec` says so by asking for nothing else.
  if (change.mode === 'always') return go
  const manager = canary.metadata.managedFields?.find(({ subresource }) => !subresource)?.manager
  const by = manager ? ` (last changed by ${manager})` : ''
  return no(
    `the object itself is suspended: spec.suspend is true${by}`,
    `change it: ${command('resume', '--via=spec')}`,
  )
}

function judgeSkip({ canary, summary, change }: Case): Judgement {
  const asked = readRequests(canary.metadata.annotations).some(
    ({ verb }) => verb === 'skip-analysis',
  )
  if (change.mode === 'off')
    return asked || canary.spec.skipAnalysis ? go : same('the analysis is not skipped')
  if (canary.spec.skipAnalysis) return same('spec.skipAnalysis is true')
  if (isFinishing(summary.phase))
    return change.mode === 'always' ? go : same('the promotion is under way')
  return asked && change.mode === 'once' ? same('already asked for') : go
}

function judgeReset({ summary, change, command }: Case): Judgement {
  const { phase } = summary
  if (isFinishing(phase)) return no('the promotion has begun; wait for its end')
  const running = phase === 'Waiting' || phase === 'Progressing' || phase === 'WaitingPromotion'
  if (running && !change.fields.force)
    return no('a run is in progress', `abort it and reset: ${command('reset', '--force')}`)
  return go
}

function judgeRetry({ summary, command }: Case): Judgement {
  const { phase } = summary
  if (phase === 'Failed') return go
  if (isNew(phase)) return no('it is not initialized yet')
  return no(`it has not failed (${phase})`, ...(isFinishing(phase) ? [] : [restartHint(command)]))
}

function restartHint(command: Case['command']): string {
  return `start from the beginning all the same: ${command('restart')}`
}

function judgeRestart({ summary }: Case): Judgement {
  const { phase } = summary
  if (isNew(phase)) return no('it is not initialized yet')
  return isFinishing(phase) ? no('the promotion has begun; wait for its end') : go
}

/** The facts above the tables of `status`: label and text, in the order of reading. */
import { shortDuration } from '../../../../src/canary/duration.ts'
import { isNew, isUnderWay } from '../../../../src/canary/phases.ts'
import { changedByHandCode } from '../../../../src/report/changed-by-hand.ts'
import { noTargetText } from '../../../../src/report/named-target.ts'
import { gateText } from '../../../../src/report/reason.ts'
import type { CanaryReport } from '../../../../src/report/report.ts'
import { ageOf, ageText, spanText } from '../../age.ts'
import { clean } from '../../clean.ts'
import type { CommandLines } from '../../command-line.ts'
import type { Style } from '../../style.ts'
import { changeText, shortImage, shortRevision } from '../images.ts'

export interface FactOptions {
  style: Style
  now: Date
  wide: boolean
  tiny: boolean
  /** Commands to tell people of. */
  commands: CommandLines
}

export type Fact = readonly [label: string, text: string]

/** What the narrow and the wide layout both show; empty texts are left out. */
export function factsOf(report: CanaryReport, options: FactOptions): Fact[] {
  const { workloads, strategy, revision } = report
  const target = workloads.canary
  const change = changeText(revision.images)
  const shown = revision.current ? `revision ${shortRevision(revision.current)}` : ''
  return [
    ['Target', target.name === '' ? `none: ${noTargetText}` : workloadName(target)],
    ['Change', revision.pending ? [change, shown].filter(Boolean).join('   ') : ''],
    ['Running', revision.pending ? '' : runningText(report)],
    [
      'Strategy',
      `${strategy.type}, ${providerText(strategy)}, every ${shortDuration(strategy.interval)}`,
    ],
    ['Match', clean(strategy.match.join('; '))],
    ...waitingFacts(report, options),
    ['Reason', reasonText(report)],
    ['Last run', lastRunText(report, options)],
    ['Traffic', trafficText(report, options)],
    ['Steps', stepsText(report)],
    ['Iterations', iterationsText(report, options)],
    ['Checks', checksText(report)],
    ['Time left', timeLeftText(report, options)],
    ['Analysis', analysisText(report)],
    ['Requests', requestsText(report, options)],
    ['Controller', controllerText(report, options)],
    ['Next', nextText(report, options)],
    ['', undoText(report, options)],
  ].filter((fact): fact is Fact => fact[1] !== '')
}

function workloadName({ kind, name }: { kind: string; name: string }): string {
  return `${kind.toLowerCase()}/${clean(name)}`
}

/** A provider that nobody names is no fact. */
function providerText({ provider, assumed }: CanaryReport['strategy']): string {
  return `${clean(provider)}${assumed === null ? '' : ` (assumed: ${assumed})`}`
}

function runningText({ workloads, warnings }: CanaryReport): string {
  const images = workloads.primary.images.map(shortImage).map(clean).join(', ')
  const isByHand = warnings.some(({ code }) => code === changedByHandCode)
  return images && `${images}   (${isByHand ? 'set by hand, by no run' : 'no change pending'})`
}

function waitingFacts(report: CanaryReport, { commands, now }: FactOptions): Fact[] {
  const { paused, progress, metadata, health } = report
  if (paused?.how === 'suspend')
    return [
      ['Paused', 'spec.suspend is true'],
      ['', `go on: ${commands.plugin('resume', metadata, '--via=spec')}`],
    ]
  if (paused) {
    const since = paused.since ? `${ageOf(paused.since, now)} ago` : 'since a moment ago'
    const by = paused.by ? ` by ${clean(paused.by)}` : ''
    const why = paused.reason ? `: "${clean(paused.reason)}"` : ''
    const until = paused.until ? `, until ${clean(paused.until)}` : ''
    return [
      ['Paused', `${since}${by}${until}${why}`],
      ['', `go on: ${commands.plugin('resume', metadata)}`],
    ]
  }
  if (report.waitsFor !== null) return [['Waiting', clean(report.waitsFor)]]
  if (health !== 'waiting') return []
  const { gate } = progress
  const open = gate?.broken ? 'correct its hook, or let it pass' : 'open it'
  return [
    ['Waiting', `for ${gate ? clean(gateText(gate)) : 'approval'}`],
    ['', `${open}: ${commands.plugin('promote', metadata)}`],
  ]
}

function reasonText({ phase, run, checks }: CanaryReport): string {
  if (phase !== 'Failed') return ''
  const { cause, reason } = run ?? {}
  if (cause && cause !== reason) return clean(cause)
  // Of a run whose record has no checks, the results in the status are all there is.
  const failed = checks.items
    .filter(({ failedCount }) => failedCount > 0)
    .map(
      ({ name, failedCount }) =>
        `${clean(name)} ${failedCount === 1 ? 'once' : `${failedCount} times`}`,
    )
  return [clean(cause ?? ''), failed.length > 0 ? `(${failed.join(', ')})` : '']
    .filter(Boolean)
    .join(' ')
}

/** How the last run ended, where none is on. */
function lastRunText({ run, phase }: CanaryReport, { now }: FactOptions): string {
  if (!run?.result || run.endedAt === null || isUnderWay(phase)) return ''
  const { id, result, startedAt, endedAt, cause, by } = run
  const ms = startedAt === null ? Number.NaN : Date.parse(endedAt) - Date.parse(startedAt)
  const took = Number.isNaN(ms) ? '' : `, took ${ageText(Math.max(0, ms))}`
  const who = by ? ` by ${clean(by)}` : ''
  const what = `${resultWords[result] ?? clean(result)}${who}`
  const when = `${ageOf(endedAt, now)} ago${took}`
  // Why it failed stands above, and why it was promoted needs no words.
  if (!cause || result === 'Succeeded' || phase === 'Failed') return `${id} ${what} ${when}`
  return cause.startsWith(what)
    ? `${id} ${clean(cause)}, ${when}`
    : `${id} ${what} ${when}: ${clean(cause)}`
}

const resultWords: Record<string, string | undefined> = {
  Succeeded: 'promoted',
  Skipped: 'promoted without checks',
  Failed: 'failed',
  Aborted: 'aborted',
  Restarted: 'restarted',
}

function trafficText(
  { traffic, phase, complete, workloads }: CanaryReport,
  { style, wide, tiny }: FactOptions,
) {
  const sure = traffic.source === 'assumed' ? '~' : ''
  const mirrored = traffic.mirrored > 0 || wide ? `  mirrored ${traffic.mirrored}%` : ''
  // Before it is initialized, the target serves as if there were no canary.
  if (isNew(phase) && traffic.source !== 'route')
    return 'still with the target, until the primary serves'
  const gone = complete && !workloads.primary.found ? ' (missing)' : ''
  const text = `primary ${sure}${percent(traffic.primary)}${gone}  canary ${sure}${percent(traffic.canary)}${mirrored}`
  const who = traffic.of === 'matching' ? ' of matching requests' : ''
  return tiny ? text + who : `${style.bar(traffic, wide ? 60 : 30)} ${text}${who}`
}

function percent(value: number): string {
  return `${Number.isInteger(value) ? value : value.toFixed(1)}%`
}

function stepsText({ progress, strategy, phase }: CanaryReport): string {
  const { step, steps } = progress
  if (phase === 'Failed' || phase === '') return ''
  if (step === null || steps === null || phase === 'Succeeded' || phase === 'Initialized') return ''
  const weights = strategy.weights.map((weight, at) =>
    at === step - 1 ? `(${weight})` : `${weight}`,
  )
  const around = weights.length > 14 ? windowOf(weights, step) : weights
  return `${around.join(' ')}   step ${step} of ${steps}`
}

/** A few weights around the present one, of a list too long to show. */
function windowOf(weights: string[], step: number): string[] {
  const from = Math.max(0, Math.min(step - 4, weights.length - 9))
  const shown = weights.slice(from, from + 9)
  return [
    ...(from > 0 ? ['..'] : []),
    ...shown,
    ...(from + 9 < weights.length ? ['..', weights.at(-1) ?? ''] : []),
  ]
}

function iterationsText({ progress, phase }: CanaryReport, { style, tiny }: FactOptions): string {
  const { iteration, iterations } = progress
  if (iteration === null || iterations === null || iterations === 0 || phase === 'Failed') return ''
  if (phase === 'Succeeded' || phase === 'Initialized') return ''
  const text = `${iteration} of ${iterations}`
  if (tiny) return text
  return `${style.bar({ primary: iteration, canary: iterations - iteration }, 20)} ${text}`
}

function checksText({ checks, phase, health }: CanaryReport): string {
  if (health === 'idle' || phase === '') return ''
  const next = checks.nextInSeconds === null ? '' : `   next in ${spanText(checks.nextInSeconds)}`
  return `${checks.failed} of ${checks.threshold} failed${next}`
}

function timeLeftText(report: CanaryReport, { wide }: FactOptions): string {
  const { secondsLeft } = report.progress
  if (!secondsLeft) return ''
  const [best, worst] = [spanText(secondsLeft.best), spanText(secondsLeft.worst)]
  if (report.paused) return `at least ${best}, once it goes on`
  const gates = report.checks.items.some(
    ({ type, ok }) => type.startsWith('confirm-') && type !== 'confirm-rollout' && ok !== true,
  )
  if (gates || report.progress.gate) return `at least ${best}, plus gate`
  if (best === worst) return best
  return wide ? `${best} if all checks pass, ${worst} at worst` : `${best} to ${worst}`
}

function analysisText({ strategy, requests }: CanaryReport): string {
  if (!strategy.skipAnalysis) return ''
  const asked = requests.last.find(({ verb }) => verb === 'skip-analysis')
  if (!asked) return 'skipped (spec.skipAnalysis)'
  const by = asked.by ? ` by ${clean(asked.by)}` : ''
  return `skipped once${by}${asked.reason ? `: ${clean(asked.reason)}` : ''}`
}

function requestsText(report: CanaryReport, { wide, now }: FactOptions): string {
  const { requests, paused } = report
  // A pause in force is no request that anybody waits for.
  const open = requests.pending.filter(({ verb }) => verb !== 'pause' || paused?.how !== 'request')
  const pending = open.map(
    ({ verb, by, at }) =>
      `${verb}${by ? ` by ${clean(by)}` : ''}${at ? `, ${ageOf(at, now)} old` : ''}`,
  )
  if (!wide) return pending.length > 0 ? `pending: ${pending.join('; ')}` : ''
  const [last] = requests.last
  if (pending.length === 0 && !last) return ''
  const told = last
    ? `; last: ${last.verb}${last.by ? ` by ${clean(last.by)}` : ''}, ${last.result}`
    : ''
  return `${pending.join('; ') || 'none'} pending${told}`
}

function controllerText({ controller }: CanaryReport, { style, now }: FactOptions): string {
  const version = controller.version ? ` ${clean(controller.version)}` : ''
  const name = controller.name ? `${clean(controller.name)}${version}` : 'unknown'
  if (!controller.lastStatusWrite) return `${name}, has not written a status yet`
  const text = `${name}, last write ${ageOf(controller.lastStatusWrite, now)} ago`
  if (controller.alive === false)
    return style.paint('failed', `${text}: it does not run: ${clean(controller.why ?? '')}`)
  if (controller.alive === null && controller.stale)
    return style.paint(
      'failed',
      `${text}: nobody seems to work on this (${clean(controller.why ?? '')})`,
    )
  return text
}

function nextText({ phase, metadata, revision }: CanaryReport, { commands }: FactOptions): string {
  // After a reset that holds: nothing is wrong, and nothing will happen.
  if (phase === 'Initialized' && revision.pending)
    return `held until the target changes; start it: ${commands.plugin('reset', metadata)}`
  if (phase !== 'Failed') return ''
  return `push a fix, or try again: ${commands.plugin('retry', metadata)}`
}

/** A target that has images can go back to those that users have. */
function undoText({ phase, metadata, workloads }: CanaryReport, { commands }: FactOptions): string {
  if (phase !== 'Failed' || workloads.canary.images.length === 0) return ''
  return `or put the target back: ${commands.plugin('undo', metadata)}`
}

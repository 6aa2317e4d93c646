/** `status` as text: facts, checks, workloads, events, laid out for the width at hand. */
import type { CanaryReport } from '../../../../src/report/report.ts'
import { hiddenText, unreadCode, unreadText } from '../../../../src/report/unread.ts'
import { ageOf } from '../../age.ts'
import { clean, cut, pad, widthOf } from '../../clean.ts'
import type { CommandLines } from '../../command-line.ts'
import type { Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { wrapBehind } from '../../wrap.ts'
import { moodOf } from '../mood.ts'
import { checkLines } from './check-table.ts'
import { type Fact, factsOf } from './facts.ts'
import { judgeLines } from './judge-table.ts'
import { treeLines } from './tree.ts'

export interface ViewOptions {
  style: Style
  now: Date
  /** Columns of the terminal; absent for a pipe, where nothing is cut. */
  width: number | undefined
  /** `-o wide`. */
  wide: boolean
  commands: CommandLines
  /** Kubeconfig context, shown where there is room. */
  context?: string | undefined
  /** Events to show. */
  events: number
  pods: boolean
  /** Pods of a workload to show before the rest is counted. */
  maxPods: number
}

/** Lines of the view of one canary. */
export function statusLines(report: CanaryReport, options: ViewOptions): string[] {
  const { style, now, width, commands } = options
  const wide = options.wide || (width !== undefined && width >= 120)
  const tiny = !wide && width !== undefined && width < 60
  const shape = { style, now, wide, tiny, width: options.wide ? undefined : width, commands }
  const facts = factsOf(report, shape)
  const checks = checkLines(report, shape)
  const judged = judgeLines(report, shape)
  const tree = options.pods
    ? treeLines(report, { ...shape, maxPods: options.maxPods, state: stateText(report, style) })
    : []
  const events = options.events > 0 ? eventLines(report, options) : []
  const told = toldInPlace(report, options)
  const warnings = report.warnings
    .filter(({ code, message }) => code !== unreadCode || !told.includes(message))
    .flatMap(({ message }) => wrapBehind('', style.state('warning', clean(message)), shape.width))
  return [
    [
      ...titleLines(report, options, wide),
      ...(wide ? inTwoColumns(facts, shape.width) : inOneColumn(facts, shape.width)),
    ],
    checks,
    judged,
    tree,
    events,
    warnings,
  ]
    .filter((block) => block.length > 0)
    .flatMap((block, at) => (at === 0 ? block : ['', ...block]))
}

/** Notes of missing rights that stand where the thing itself would stand. */
function toldInPlace(
  { unread, workloads }: CanaryReport,
  { pods, events }: Pick<ViewOptions, 'pods' | 'events'>,
): string[] {
  const places = [...(events > 0 ? ['Event'] : []), ...(pods ? ['Pod', workloads.canary.kind] : [])]
  return unread.filter(({ kind, why }) => why === null && places.includes(kind)).map(unreadText)
}

/** Glyph and word of the canary's state. */
export function stateText(report: CanaryReport, style: Style): string {
  return style.state(moodOf(report), clean(report.state))
}

/** Name and state, on one line where both fit. */
function titleLines(report: CanaryReport, options: ViewOptions, wide: boolean): string[] {
  const { name, namespace } = report.metadata
  const context = wide && options.context ? `   context ${clean(options.context)}` : ''
  const left = `canary.flagger.app/${clean(name)}   namespace ${clean(namespace)}${context}`
  const right = `${stateText(report, options.style)}${sinceText(report, options.now, wide)}`
  const room = Math.min(options.width ?? (wide ? 120 : 75), wide ? 120 : 75)
  const gap = Math.max(3, room - widthOf(left) - widthOf(right))
  const line = left + ' '.repeat(gap) + right
  if (options.wide || options.width === undefined || widthOf(line) <= options.width) return [line]
  return [cut(left, options.width, options.style.ellipsis), `  ${right}`]
}

function sinceText(report: CanaryReport, now: Date, wide: boolean): string {
  const { phase, paused, progress, run, controller } = report
  if (paused) return ` in ${phase || 'Initializing'}`
  const ended = run?.endedAt ?? controller.lastStatusWrite
  if (phase === 'Failed' || phase === 'Succeeded') return ended ? ` ${ageOf(ended, now)} ago` : ''
  const since =
    progress.gate?.since ?? (report.health === 'waiting' ? controller.lastStatusWrite : undefined)
  if (since) return ` for ${ageOf(since, now)}`
  return wide && report.health === 'moving' && run?.startedAt
    ? ` for ${ageOf(run.startedAt, now)}`
    : ''
}

function inOneColumn(facts: readonly Fact[], width: number | undefined): string[] {
  return facts.flatMap(([label, text]) => factLines(label, text, width))
}

function factLines(label: string, text: string, width: number | undefined): string[] {
  return wrapBehind(`  ${label.padEnd(12)}`, text, width)
}

const whole = ['Traffic', 'Paused', 'Waiting', 'Reason', 'Last run', 'Next', 'Match', '']

/** The column of the right one of a pair. */
const rightFrom = 63

/** Short facts in pairs; those that need the room have a line of their own. */
function inTwoColumns(facts: readonly Fact[], width: number | undefined): string[] {
  const lines: string[] = []
  let left: string | undefined
  const flush = () => {
    if (left !== undefined) lines.push(left)
    left = undefined
  }
  for (const [label, text] of facts) {
    const cell = `${label.padEnd(12)}${text}`
    if (whole.includes(label) || widthOf(cell) > 60) {
      flush()
      lines.push(...factLines(label, text, width))
      continue
    }
    const hasRoom = width === undefined || rightFrom + widthOf(cell) <= width
    if (left !== undefined && hasRoom) {
      lines.push(`${pad(left, rightFrom)}${cell}`)
      left = undefined
    } else {
      flush()
      left = `  ${cell}`
    }
  }
  flush()
  return lines
}

/** What was said last is why people look: nothing of it is cut. */
function eventLines(report: CanaryReport, { events, now, width }: ViewOptions): string[] {
  const hidden = hiddenText(report, 'Event')
  if (hidden) return [`EVENTS (${clean(hidden)})`]
  const shown = report.events.slice(-events).reverse()
  if (shown.length === 0) return []
  const heads = tableLines(
    undefined,
    shown.map(({ at, type }) => [`  ${ageOf(at || undefined, now)}`, clean(type)]),
  )
  const room = Math.max(...heads.map(widthOf)) + 3
  return [
    `EVENTS (last ${shown.length} of ${Math.max(shown.length, report.eventCount)})`,
    ...shown.flatMap(({ message, count }, at) => {
      const text = `${clean(message)}${count > 1 ? ` (${count} times)` : ''}`
      return wrapBehind(pad(heads[at] ?? '', room), text, width)
    }),
  ]
}

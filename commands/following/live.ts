/** One or more canaries, live: until their runs have ended, or for as long as one likes. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isUnderWay } from '../../src/canary/phases.ts'
import type { KubeError } from '../../src/errors.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import { stamp } from '../../src/stamp.ts'
import { type Verdict, verdictOf } from '../changing/verdict.ts'
import { clean } from '../output/clean.ts'
import { type Format, streamText } from '../output/formats.ts'
import { createFrame } from '../output/frame.ts'
import { changeLine } from '../output/views/change-line.ts'
import { shortImage } from '../output/views/images.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { note, noteText } from '../shell/terminal.ts'
import { followCanary, patiently } from './follow.ts'
import { createPicture } from './picture.ts'
import { gatherOptions, type LookFlags, viewOf } from './view.ts'

export interface LiveOptions extends LookFlags {
  format: Format
  /** Go on with the next run when one has ended. */
  follow: boolean
  /** One line per change, also on a terminal. */
  lines: boolean
}

/** Watches canaries side by side; answers the exit code. */
export async function watchRuns(
  resources: readonly CanaryResource[],
  session: Session,
  options: LiveOptions,
): Promise<number> {
  session.allowance?.lift()
  const { terminal, signal } = session
  const screen = createScreen(resources.length, session, options)
  const stop = new AbortController()
  const all = AbortSignal.any([signal, stop.signal])
  try {
    const watched = resources.map((resource, at) =>
      watchRun(resource, { ...session, signal: all }, options, screen.speechOf(at)),
    )
    const verdicts = await Promise.all(watched)
    terminal.out(screen.ended.join(''))
    if (signal.aborted) return interrupted(session, screen.reports())
    return verdicts.includes('failed') ? exits.bad : exits.done
  } catch (error) {
    stop.abort()
    throw error
  } finally {
    screen.close()
  }
}

/** Redrawn in place; else only changes are told. */
function isPicture({ terminal }: Session, { lines, format }: LiveOptions): boolean {
  return terminal.isTerminal && !lines && format.kind === 'text'
}

interface Screen {
  /** What is left to say below the frame, once that is drawn no more. */
  ended: readonly string[]
  /** How the canary at this place speaks. */
  speechOf(at: number): Speech
  /** The last report of each. */
  reports(): CanaryReport[]
  close(): void
}

/** One frame for so many canaries, each with a block of its own. */
function createScreen(count: number, session: Session, options: LiveOptions): Screen {
  const { terminal } = session
  const isDrawn = isPicture(session, options)
  const blocks: string[][] = Array.from({ length: count }, () => [])
  const frame = createFrame(terminal)
  const ended: string[] = []
  const last = new Map<number, CanaryReport>()
  return {
    ended,
    reports: () => [...last.values()],
    close: () => frame.end(),
    speechOf: (at) => ({
      tell: frame.tell,
      // Below the frame, as long as that is drawn, nothing may stand.
      say: (line) => (isDrawn ? void ended.push(line) : terminal.out(line)),
      draw(report) {
        last.set(at, report)
        if (!isDrawn) return
        blocks[at] = fittedView(report, session, options, count)
        frame.show(blocks.flatMap((block, place) => (place > 0 ? ['', ...block] : block)))
      },
    }),
  }
}

interface Speech {
  draw(report: CanaryReport): void
  /** For stderr. */
  tell(text: string): void
  /** For stdout. */
  say(text: string): void
}

/** Watches one canary until its run has ended, or the signal does. */
async function watchRun(
  start: CanaryResource,
  session: Session,
  options: LiveOptions,
  speech: Speech,
): Promise<Verdict | undefined> {
  const { signal, kube, clock } = session
  const teller = createTeller(session, options)
  const picture = createPicture(start, session, {
    ...{ reads: gatherOptions(options), isDrawn: isPicture(session, options), draw: speech.draw },
  })
  let inRun = isUnderWay(phaseOf(start))
  try {
    const onLost = (error: KubeError) => speech.tell(noteText(`${error.message}; trying again`))
    const how = { kube, clock, signal, onLost }
    for await (const resource of followCanary(start, how)) {
      const report = await patiently(how, (failures) => picture.take(resource, failures))
      if (!report) break
      await teller(report)
      const running = isUnderWay(phaseOf(resource))
      const verdict = inRun && !running ? verdictOf(resource) : undefined
      if (verdict && !options.follow) {
        speech.say(verdictText(report, verdict, session, options))
        return verdict
      }
      inRun = running
    }
  } finally {
    picture.stop()
  }
  if (signal.aborted) return undefined
  throw new Failure(`error: ${session.commands.name(start.metadata)} was deleted`, {
    exit: exits.error,
  })
}

/** Prints what changed, for pipes and machine formats; the same state is told once. */
function createTeller(
  { terminal, clock }: Session,
  { format, lines }: LiveOptions,
): (report: CanaryReport) => Promise<void> {
  let told = ''
  return async (report) => {
    const line =
      format.kind === 'name'
        ? `canary.flagger.app/${clean(report.metadata.name)}`
        : changeLine(report)
    // A countdown alone is no change.
    const facts = line.replace(/ eta=\S+/, '')
    if (facts === told) return
    told = facts
    if (format.kind === 'text') {
      if (!terminal.isTerminal || lines) terminal.out(`${stamp(clock.now())} ${line}\n`)
    } else if (format.kind === 'name') terminal.out(`${line}\n`)
    else terminal.out(await streamText(format, report))
  }
}

/** The last line about a run; none in machine formats. */
function verdictText(
  report: CanaryReport,
  verdict: Verdict,
  { terminal, clock }: Session,
  { format, lines }: LiveOptions,
): string {
  if (format.kind !== 'text') return ''
  const { name, namespace } = report.metadata
  const images = report.workloads.primary.images.map(shortImage).map(clean).join(', ')
  const text =
    verdict === 'promoted'
      ? `${images} promoted`
      : `failed: ${clean(report.run?.cause ?? 'rolled back')}`
  const at = !terminal.isTerminal || lines ? `${stamp(clock.now())} ` : ''
  return `${at}${clean(namespace)}/${clean(name)} ${text}\n`
}

function interrupted({ terminal }: Session, last: readonly CanaryReport[]): number {
  for (const report of last) note(terminal, `last seen: ${changeLine(report)}`)
  note(terminal, 'stopped watching; the controller goes on')
  return exits.interrupted
}

function phaseOf(resource: CanaryResource) {
  return handledCanary(resource).status.phase
}

/** From all there is to what fits into few rows: pods are folded first, then events. */
const foldings = [
  { maxPods: 20, maxEvents: 99 },
  { maxPods: 8, maxEvents: 99 },
  { maxPods: 3, maxEvents: 99 },
  { maxPods: 1, maxEvents: 99 },
  { maxPods: 0, maxEvents: 99 },
  { maxPods: 0, maxEvents: 3 },
  { maxPods: 0, maxEvents: 1 },
  { maxPods: 0, maxEvents: 0 },
]

/** The view of one of so many canaries that share the rows of the terminal. */
function fittedView(
  report: CanaryReport,
  session: Session,
  { format, events, 'no-pods': noPods }: LiveOptions,
  count: number,
): string[] {
  const { height = 24 } = session.terminal
  const rows = Math.floor(height / count) - 1
  const wide = format.kind === 'text' && format.wide
  let lines: string[] = []
  for (const { maxPods, maxEvents } of foldings) {
    const shown = { wide, pods: !noPods, maxPods, events: Math.min(events, maxEvents) }
    lines = viewOf(report, session, shown)
    if (lines.length <= rows) break
  }
  return lines
}

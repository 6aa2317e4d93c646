/** Tells what was played, in the format that was asked for. */
import type { Canary } from '../../src/canary/canary.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Odds } from '../../src/simulation/odds.ts'
import { plot } from '../../src/simulation/plot.ts'
import type { Played } from '../../src/simulation/simulate.ts'
import { documentText, type Format } from '../output/formats.ts'
import { oddsLines, playedLines } from '../output/views/runs/simulation-view.ts'
import { exits } from '../shell/failure.ts'
import { note, type Terminal } from '../shell/terminal.ts'
import { writeText } from '../shell/write-file.ts'

export interface Playing {
  terminal: Terminal
  format: Format
  canary: Canary
  kind: 'CanarySimulation' | 'CanaryRehearsal'
  /** What is taken for granted, one sentence each. */
  assumed: readonly string[]
}

/** One run, and its picture where a file is named for it. Gives the exit code. */
export async function tellPlayed(
  played: Played,
  of: Playing & { picture: string | undefined; pace?: Pace },
): Promise<number> {
  const { terminal, canary, picture, pace, format } = of
  if (picture !== undefined) await writeText(picture, plot(played, canary.label))
  const { width, style } = terminal
  const { threshold } = canary.analysis
  const lines = playedLines(played, { threshold, width, style })
  if (pace && pace.speed > 0 && format.kind === 'text')
    await printPaced(lines, played, { ...of, pace })
  else await print(lines, played, of)
  return played.result === 'promoted' ? exits.done : exits.bad
}

export interface Pace {
  /** Seconds of the run in one. */
  speed: number
  clock: Clock
}

/** Each line of the timeline when its time has come; rejects when the user gives up. */
async function printPaced(
  lines: readonly string[],
  { timeline }: Played,
  { terminal, assumed, pace }: Playing & { pace: Pace },
): Promise<void> {
  for (const text of assumed) note(terminal, text)
  const [header = '', ...rest] = lines
  terminal.out(`${header}\n`)
  let shown = 0
  for (const [at, line] of rest.entries()) {
    const { at: seconds = shown } = timeline[at] ?? {}
    await pause(pace.clock, ((seconds - shown) * 1000) / pace.speed, terminal.signal)
    terminal.signal.throwIfAborted()
    shown = seconds
    terminal.out(`${line}\n`)
  }
}

/** What many came to. Gives the exit code. */
export async function tellOdds(odds: readonly Odds[], of: Playing): Promise<number> {
  await print(oddsLines(odds), { odds }, of)
  return exits.done
}

/** Lines on a terminal, or the content as a document. */
export async function print(
  lines: readonly string[],
  content: object,
  { terminal, format, canary, kind, assumed }: Playing,
): Promise<void> {
  for (const text of assumed) note(terminal, text)
  const { name, namespace } = canary
  const head = { apiVersion: 'cli.canary/v1', kind, metadata: { name, namespace } }
  const document = { ...head, assumed, ...content }
  const isText = format.kind === 'text'
  terminal.out(isText ? `${lines.join('\n')}\n` : await documentText(format, document))
}

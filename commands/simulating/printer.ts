/** Tells what was played, in the format that was asked for. */
import type { Canary } from '../../src/canary/canary.ts'
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
  of: Playing & { picture: string | undefined },
): Promise<number> {
  const { terminal, canary, picture } = of
  if (picture !== undefined) await writeText(picture, plot(played, canary.label))
  const { width, style } = terminal
  const { threshold } = canary.analysis
  await print(playedLines(played, { threshold, width, style }), played, of)
  return played.result === 'promoted' ? exits.done : exits.bad
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

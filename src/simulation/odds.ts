/** What many runs come to: how often a version is promoted, and what that costs its users. */
import type { Script } from './script.ts'
import { type Played, play } from './simulate.ts'

export interface Odds {
  /** Share of the canary's requests that fail, 0 to 1. */
  errorRate: number
  runs: number
  promoted: number
  rolledBack: number
  unfinished: number
  /** Until the run ended; half of the runs took longer. */
  medianSeconds: number
  /** Of users, in one run; half of the runs had more. */
  medianFailedUsers: number
}

/** Plays so many runs, each with other requests: the chance of the script goes on. */
export function oddsOf(script: Script, runs: number): Odds {
  const all = Array.from({ length: runs }, () => play(script))
  return summed(script.load.canary.errorRate, all)
}

/** What these runs of a version that fails so often came to. */
export function summed(errorRate: number, all: readonly Played[]): Odds {
  const count = (result: Played['result']) => all.filter((one) => one.result === result).length
  return {
    errorRate,
    runs: all.length,
    promoted: count('promoted'),
    rolledBack: count('rolled back'),
    unfinished: count('unfinished'),
    medianSeconds: median(all.map(({ seconds }) => seconds)),
    medianFailedUsers: median(all.map(({ failedUsers }) => failedUsers)),
  }
}

/** The lower one of two in the middle: a number that occurred. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}

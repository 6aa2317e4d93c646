/** How many times as often the canary fails, as far as the looks tell. For people: decides nothing. */
import { againstRatio } from './bets.ts'
import type { Look } from './look.ts'
import { logMean } from './mixture.ts'
import type { Plan } from './plan.ts'

/** The likeliest ratio, and those that 95 % of runs would not contradict at any look. */
export interface Interval {
  estimate: number
  low: number
  high: number
}

/** 81 ratios from 1/32 to 32, evenly in the logarithm. */
const ratios = Array.from({ length: 81 }, (_, at) => 2 ** ((at - 40) / 8))
const logRatios = ratios.map(Math.log)

/**
 * The interval after these looks, of which those that are skipped do not count. Without any failure
 * it is all that there is, 1/32 to 32.
 */
export function ratioOf(looks: readonly Look[], plan: Plan): Interval {
  const logs = ratios.map(() => 0)
  for (const look of looks.filter(({ skip }) => skip === undefined))
    for (const [at, add] of againstRatio(
      { ...look, dispersion: plan.dispersion },
      1,
      logRatios,
    ).entries())
      logs[at] = (logs[at] ?? 0) + add
  const mean = logMean(logs)
  const inside = ratios.filter((_, at) => mean - (logs[at] ?? 0) < Math.log(20))
  const likeliest = logs.indexOf(Math.max(...logs))
  return { estimate: ratios[likeliest] ?? 1, low: inside[0] ?? 0, high: inside.at(-1) ?? 0 }
}

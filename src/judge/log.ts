/**
 * The looks of a run as text, which is the state of the judge: evidence is folded again from them
 * at every step, so that judging, going on after a restart, and replaying are one and the same.
 */
import { closedHarm, type Evidence, noEvidence } from './evidence.ts'
import type { Count, Look } from './look.ts'
import type { Plan } from './plan.ts'

const marks = { incident: '!i', gap: '!g', birth: '!b' } as const
const token = /^(\d+):(\d+)\/(\d+),(\d+)\/(\d+)(![igb])?$/

/** `60:3/300,28/5700`: seconds, failures and requests of the canary, and of the primary. */
export function writeLooks(looks: readonly Look[]): string {
  return looks.map(writeLook).join(' ')
}

function writeLook({ seconds, canary, primary, skip }: Look): string {
  const counts = `${canary.bad}/${canary.all},${primary.bad}/${primary.all}`
  return `${seconds}:${counts}${skip === undefined ? '' : marks[skip]}`
}

/** Looks that can't be read are none: the run goes on with what it still knows. */
export function readLooks(text: string): Look[] {
  return text.split(' ').flatMap((word) => {
    const found = token.exec(word)
    if (!found) return []
    const [seconds = 0, a = 0, n = 0, b = 0, m = 0] = found.slice(1, 6).map(Number)
    const skip = skipOf(found[6])
    const counts = { canary: { bad: a, all: n }, primary: { bad: b, all: m } }
    return [{ seconds, ...counts, ...(skip && { skip }) }]
  })
}

function skipOf(mark: string | undefined): Look['skip'] {
  if (mark === marks.incident) return 'incident'
  if (mark === marks.gap) return 'gap'
  return mark === marks.birth ? 'birth' : undefined
}

/** What was counted in looks of which something was learned, and how many looks there were in all. */
export interface Totals {
  canary: Count
  primary: Count
  looks: number
}

const none: Totals = { canary: { bad: 0, all: 0 }, primary: { bad: 0, all: 0 }, looks: 0 }

/** These, and the looks that came after them. */
export function totalsAfter(before: Totals, looks: readonly Look[]): Totals {
  const learned = looks.filter(({ skip }) => skip === undefined)
  const sum = (arm: 'canary' | 'primary'): Count =>
    learned.reduce(
      ({ bad, all }, look) => ({ bad: bad + look[arm].bad, all: all + look[arm].all }),
      before[arm],
    )
  return { canary: sum('canary'), primary: sum('primary'), looks: before.looks + looks.length }
}

const numbersOfEvidence = 30
const numbersOfTotals = 5

/** Evidence at the end of a minute, and what was counted: 35 numbers with nine digits. */
export function writeCheckpoint(
  evidence: Evidence,
  plan: Plan,
  { canary, primary, looks: count }: Totals,
): string {
  const { minutes, unstarted, bets, ratioProven, objectiveProven } = evidence
  const logs = [closedHarm(evidence, plan), bets.harmAbs, bets.safe, bets.safeAbs]
  const { harm, safety, objective } = evidence
  const proven = (ratioProven ? 1 : 0) + (objectiveProven ? 2 : 0)
  return [
    minutes,
    unstarted,
    ...logs.flat(),
    ...bets.safeObjective,
    harm,
    safety,
    objective,
    proven,
    ...[canary.bad, canary.all, primary.bad, primary.all, count],
  ]
    .map((value) => Number(value.toPrecision(9)))
    .join(' ')
}

/** The numbers of a checkpoint; undefined for what is none. Earlier ones have no totals. */
function numbersIn(text: string): number[] | undefined {
  const numbers = text.split(' ').map(Number)
  const lengths = [numbersOfEvidence, numbersOfEvidence + numbersOfTotals]
  return lengths.includes(numbers.length) && numbers.every(Number.isFinite) ? numbers : undefined
}

/** What was counted before the looks that are kept. */
export function totalsIn(checkpoint = ''): Totals {
  const numbers = numbersIn(checkpoint)?.slice(numbersOfEvidence) ?? []
  const [bad, all, primaryBad, primaryAll, looks] = numbers
  if (bad === undefined || all === undefined || looks === undefined) return none
  return { canary: { bad, all }, primary: { bad: primaryBad ?? 0, all: primaryAll ?? 0 }, looks }
}

/** The evidence of a checkpoint; none where it can't be read. */
export function readCheckpoint(text: string, plan: Plan): Evidence | undefined {
  const numbers = numbersIn(text)
  if (!numbers) return undefined
  const take = (count: number) => numbers.splice(0, count)
  const [minutes = 0, unstarted = 0] = take(2)
  const bets = {
    ...{ harm: take(6), harmAbs: take(6) },
    ...{ safe: take(4), safeAbs: take(4), safeObjective: take(4) },
  }
  const [harm = 0, safety = 0, objective = 0, proven = 0] = numbers
  const ratioProven = proven % 2 === 1
  const known = { minutes, unstarted, bets, harm, safety, objective, ratioProven }
  return { ...noEvidence(plan), ...known, objectiveProven: proven >= 2 }
}

/**
 * The looks of a run as text, which is the state of the judge: evidence is folded again from them
 * at every step, so that judging, going on after a restart, and replaying are one and the same.
 */
import { closedHarm, type Evidence, noEvidence } from './evidence.ts'
import type { Look } from './look.ts'
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

/** Evidence at the end of a minute: 30 numbers with nine digits. */
export function writeCheckpoint(evidence: Evidence, plan: Plan): string {
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
  ]
    .map((value) => Number(value.toPrecision(9)))
    .join(' ')
}

/** The evidence of a checkpoint; none where it can't be read. */
export function readCheckpoint(text: string, plan: Plan): Evidence | undefined {
  const numbers = text.split(' ').map(Number)
  if (numbers.length !== 30 || numbers.some((one) => !Number.isFinite(one))) return undefined
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

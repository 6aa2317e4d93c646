/** What a Canary gets wrong is told once, and stands in the condition `Faulty` until it is right. */
import type { Condition } from '../../canary/api.gen.ts'
import { faultLine, faultsIn, faultyCondition, faultyType } from '../../canary/status/conditions.ts'
import type { CheckResult, Effect, Observation, StatusChange, Step, Verdict } from '../decision.ts'
import { canaryName, report, writeStatus } from '../effects/act.ts'
import { after } from './status.ts'

/** So many are told as events of their own; all of them stand in the condition. */
const mostTold = 5

/**
 * The decision, which also notes and tells what was not known before. The condition remembers what
 * was told, so that neither a look nor a restart repeats it.
 */
export function withFaults<S extends Step>(seen: Observation, decision: S): S {
  if (decision.kind === 'check' || seen.canary.metadata.deletionTimestamp !== undefined)
    return decision
  const { conditions } = after(seen, decision.effects).canary.status
  const before = conditions?.find(({ type }) => type === faultyType)
  const noted = faultyCondition(seen, before)
  if (isSame(before, noted)) return decision
  const others = conditions?.filter(({ type }) => type !== faultyType) ?? []
  const change = { conditions: noted ? [...others, noted] : others }
  const effects = joined(decision.effects, change)
  return { ...decision, effects: [...effects, ...toldAnew(seen, before)] }
}

/** What the last status write says too, or a write of its own. */
function joined(effects: readonly Effect[], change: StatusChange): Effect[] {
  const last = effects.findLastIndex(({ kind }) => kind === 'status')
  if (last < 0) return [...effects, writeStatus(change)]
  return effects.map((effect, index) =>
    index === last && effect.kind === 'status'
      ? writeStatus({ ...effect.change, ...change })
      : effect,
  )
}

function isSame(a: Condition | undefined, b: Condition | undefined): boolean {
  return a?.reason === b?.reason && a?.message === b?.message
}

/** Problems are told where they hold the canary. */
function toldAnew(seen: Observation, before: Condition | undefined): Effect[] {
  const known = faultsIn(before && [before])
  const now = seen.faults.map(({ message }) => faultLine(message))
  const news = now.filter((line) => !known.includes(line))
  const told = news.slice(0, mostTold)
  const left = news.length - told.length
  const more = left > 0 ? [`${left} more faults; see condition ${faultyType} of its status`] : []
  return [...told, ...more].map((text) => report(seen, `canary ${seen.canary.label}: ${text}`))
}

/**
 * What no run can pass with: it is a failed check before any user meets the canary, in place of
 * the same failed check with some of them on it. The phases are those that Flagger goes through.
 */
export function doomOf(seen: Observation): Verdict | undefined {
  const fatal = seen.faults.filter(({ isFatal }) => isFatal)
  const [first] = fatal
  if (!first) return undefined
  const why = faultLine(first.message)
  const message = `Halt ${canaryName(seen)} advancement ${why}`
  const results = fatal.flatMap(({ check, message: error }): CheckResult[] =>
    check ? [{ ...check, ok: false, error }] : [],
  )
  return { outcome: 'failed', why, events: [{ type: 'Warning', message }], results }
}

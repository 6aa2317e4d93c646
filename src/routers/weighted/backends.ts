/** Lists of weighted backends in which services of others may stand beside primary and canary. */
import { isDeepStrictEqual } from 'node:util'
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { type Fields, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import { routesOf, wholeNumbers } from './weights.ts'

/** How the entries of a list name a Service of the canary's namespace, and its weight. */
export interface BackendFormat {
  /** Undefined for an entry that leads to something else. */
  serviceOf(entry: Fields): string | undefined
  weightOf(entry: Fields): number
}

/** True once a list names primary or canary: before the take-over it names neither. */
export function isSplit(canary: Canary, found: readonly Fields[], format: BackendFormat): boolean {
  const { names } = canary
  return found.some((entry) =>
    [names.primary, names.canary].includes(format.serviceOf(entry) ?? ''),
  )
}

/**
 * The traffic between primary and canary; undefined while neither is named. Throws InvalidSpecError
 * with the text `empty` when neither has a weight.
 */
export function readSplit(
  canary: Canary,
  { found, format, empty }: { found: readonly Fields[]; format: BackendFormat; empty: string },
): Routes | undefined {
  if (!isSplit(canary, found, format)) return undefined
  const weightOf = (name: string) =>
    found
      .filter((entry) => format.serviceOf(entry) === name)
      .reduce((sum, entry) => sum + format.weightOf(entry), 0)
  return routesOf(weightOf(canary.names.primary), weightOf(canary.names.canary), empty)
}

export interface Split {
  primary: number
  canary: number
  /** Services of others, which keep their share beside the apex. */
  others: { entry: Fields; weight: number }[]
}

/**
 * The weights that the list should have. Others keep their share beside what leads to the apex, on
 * whole numbers; where nothing led to it they would leave the canary without requests, and go.
 */
export function splitBeside(
  canary: Canary,
  routes: Pick<Routes, 'primary' | 'canary'>,
  { found, format }: { found: readonly Fields[]; format: BackendFormat },
): Split {
  const { apex, primary, canary: ofCanary } = canary.names
  const isOurs = (entry: Fields) =>
    [apex, primary, ofCanary].includes(format.serviceOf(entry) ?? '')
  const own = found.filter(isOurs).reduce((sum, entry) => sum + format.weightOf(entry), 0)
  // Somebody who renames ours each time they are put back would make the list grow for ever. One
  // that differs by more than its weight, such as its port, is another backend.
  const bare = found.map(({ weight: _, ...entry }) => entry)
  const isRepeated = (at: number) =>
    bare.findIndex((entry) => isDeepStrictEqual(entry, bare[at])) < at
  const others = found.some(isOurs)
    ? found.filter((entry, at) => !isOurs(entry) && !isRepeated(at))
    : []
  if (others.length === 0) return { ...pick(wholeNumbers(routes)), others: [] }
  if (!Number.isInteger(routes.canary))
    throw new InvalidSpecError(
      `canary ${canary.label}: beside other services a weight is in whole percent, and ` +
        `${routes.canary} is none; correct spec.analysis, or remove those`,
    )
  const isTaken = isSplit(canary, found, format)
  const share = Math.max(1, isTaken ? Math.round(own / 100) : own)
  return {
    primary: routes.primary * share,
    canary: routes.canary * share,
    others: others.map((entry) => ({
      entry,
      weight: format.weightOf(entry) * (isTaken ? 1 : 100),
    })),
  }
}

/**
 * The list with everybody of ours on the primary, and otherwise as it is. Where somebody took the
 * primary out of it, `asPrimary` makes its entry of the canary's: a lone canary, whatever its
 * weight, would go on to be sent everybody, or they would be sent nowhere.
 */
export function withdrawnFrom(
  { names }: Canary,
  { found, format }: { found: readonly Fields[]; format: BackendFormat },
  asPrimary: (entry: Fields) => Fields,
): Fields[] {
  const services = found.map((entry) => format.serviceOf(entry))
  const weights = found.map((entry) => format.weightOf(entry))
  const sumOf = (isWanted: (at: number) => boolean) =>
    weights.reduce((sum, weight, at) => (isWanted(at) ? sum + weight : sum), 0)
  const isOurs = (at: number) => [names.primary, names.canary].includes(services[at] ?? '')
  // Of a list without any weight nobody gets a request.
  const total = sumOf(() => true) === 0 ? 100 : sumOf(isOurs)
  const isAlone = !services.includes(names.primary)
  return found.map((entry, at) => {
    if (!isOurs(at)) return entry
    if (services[at] === names.primary) return { ...entry, weight: total }
    if (!isAlone) return { ...entry, weight: 0 }
    // One that is listed twice keeps its sum.
    const isFirst = services.indexOf(names.canary) === at
    return { ...asPrimary(entry), weight: isFirst ? total : 0 }
  })
}

const pick = ({ primary, canary }: Pick<Routes, 'primary' | 'canary'>) => ({ primary, canary })

/** Services of a list from before the take-over that get no requests now. */
export function droppedFrom(
  canary: Canary,
  { original, format }: { original: readonly Fields[]; format: BackendFormat },
): string[] {
  const { apex, primary, canary: ofCanary } = canary.names
  const names = original.map((entry) => format.serviceOf(entry) ?? String(record(entry).name))
  return names.some((name) => [apex, primary, ofCanary].includes(name)) ? [] : names
}

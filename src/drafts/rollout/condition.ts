/** The expressions by which Argo Rollouts judges a value, as the bounds of a metric. Pure. */

export interface Range {
  min?: number
  max?: number
}

export interface Condition {
  range: Range
  /** A check without a value passes. Absent: it fails, as checks do. */
  noData?: 'pass'
}

interface Comparison {
  bound: 'min' | 'max'
  value: number
  /** What stands in place of a value that is not there. */
  usual?: number
}

const number = String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?`
const value = String.raw`result(?:\[0\])?`
const read = String.raw`(?:(?:asFloat|asInt)\(${value}\)|default\(${value},(?<usual>${number})\)|${value})`
const comparison = new RegExp(`^${read}(?<operator>>=|<=|>|<)(?<bound>${number})$`)
const noValue = new RegExp(`^(?:len\\(result\\)(?:==0|<1)|isNaN\\(${value}\\)|${value}==nil)$`)
const someValue = new RegExp(
  `^(?:len\\(result\\)(?:>0|>=1|!=0)|!isNaN\\(${value}\\)|${value}!=nil)$`,
)

/**
 * What is well by `result[0] >= 0.95 && result[0] <= 1`, and by the common guards for answers without
 * a value. Undefined where it is more than comparisons of the one value with numbers: such a condition
 * can't be carried over.
 */
export function conditionOf(success: string): Condition | undefined {
  const ways = partsOf(success, '||')
  const [way, ...more] = ways.filter((part) => !noValue.test(part))
  if (way === undefined || more.length > 0) return undefined
  const parts = partsOf(way, '&&').filter((part) => !someValue.test(part))
  return joined(parts.map(readComparison), ways.length > 1)
}

/** What is well where this is the condition of a failure. */
export function conditionBeside(failure: string): Condition | undefined {
  const all = partsOf(failure, '||')
  const ways = all.filter((part) => !noValue.test(part)).map((way) => partsOf(way, '&&'))
  const compared = ways.map((parts) => parts.filter((part) => !someValue.test(part)))
  if (compared.some((parts) => parts.length !== 1)) return undefined
  const isGuarded =
    ways.length === all.length && ways.every((parts) => parts.some((part) => someValue.test(part)))
  const comparisons = compared.flat().map((part) => opposite(readComparison(part)))
  return joined(comparisons, isGuarded)
}

function partsOf(condition: string, operator: '&&' | '||'): string[] {
  return condition.replaceAll(/\s/g, '').split(operator).map(withoutBrackets)
}

/** `(a)` as `a`, where the outer brackets belong together. */
function withoutBrackets(text: string): string {
  return /^\((?:[^()]|\([^()]*\))*\)$/.test(text) ? text.slice(1, -1) : text
}

function joined(
  comparisons: readonly (Comparison | undefined)[],
  passesWithout: boolean,
): Condition | undefined {
  const range: Range = {}
  for (const one of comparisons) {
    if (!one || range[one.bound] !== undefined) return undefined
    range[one.bound] = one.value
  }
  if (range.min === undefined && range.max === undefined) return undefined
  const stoodFor = comparisons.flatMap((one) => (one?.usual === undefined ? [] : [one.usual]))
  const { min = -Infinity, max = Infinity } = range
  const isWell =
    stoodFor.length > 0 ? stoodFor.every((one) => one >= min && one <= max) : passesWithout
  return { range, ...(isWell && { noData: 'pass' as const }) }
}

function opposite(one: Comparison | undefined): Comparison | undefined {
  return one && { ...one, bound: one.bound === 'min' ? 'max' : 'min' }
}

function readComparison(text: string): Comparison | undefined {
  const { operator, bound, usual } = comparison.exec(text)?.groups ?? {}
  if (operator === undefined || bound === undefined) return undefined
  return {
    bound: operator.startsWith('>') ? 'min' : 'max',
    value: Number(bound),
    ...(usual !== undefined && { usual: Number(usual) }),
  }
}

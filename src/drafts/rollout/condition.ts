/** The expressions by which Argo Rollouts judges a value, as the bounds of a metric. Pure. */

export interface Range {
  min?: number
  max?: number
}

interface Comparison {
  bound: 'min' | 'max'
  value: number
}

const comparison =
  /^(?:asFloat\(|asInt\()?result(?:\[0\])?\)?(>=|<=|>|<)(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/

/**
 * `result[0] >= 0.95 && result[0] <= 1` as bounds. Undefined where it is more than comparisons of the
 * one value with numbers: such a condition can't be carried over.
 */
export function rangeOf(condition: string): Range | undefined {
  const parts = condition.split('&&').map(readComparison)
  const range: Range = {}
  for (const part of parts) {
    if (!part || range[part.bound] !== undefined) return undefined
    range[part.bound] = part.value
  }
  return range
}

/** What is well where this is the condition of a failure. */
export function rangeBeside(failure: string): Range | undefined {
  const found = readComparison(failure)
  if (!found) return undefined
  return found.bound === 'min' ? { max: found.value } : { min: found.value }
}

function readComparison(text: string): Comparison | undefined {
  const [, operator, number] = comparison.exec(text.replaceAll(/[\s]/g, '')) ?? []
  if (operator === undefined || number === undefined) return undefined
  return { bound: operator.startsWith('>') ? 'min' : 'max', value: Number(number) }
}

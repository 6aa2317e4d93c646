/** Selectors of pods by their labels, as Kubernetes reads them. */
import type { LabelSelector } from './pod-template.ts'

type Labels = Readonly<Record<string, string>>

/** Whether a selector selects pods with these labels; none selects nothing, an empty one all. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  const isMatched = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return isMatched && matchExpressions.every((expression) => holds(expression, labels))
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number]

function holds({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}

/** What each pod has that a selector selects: labels for which it leaves no choice. */
export function fixedLabels({
  matchLabels,
  matchExpressions = [],
}: LabelSelector): Record<string, string> {
  const single = matchExpressions.flatMap(({ key, operator, values = [] }) => {
    const [value, ...others] = values
    const isFixed = operator === 'In' && value !== undefined && others.length === 0
    return isFixed ? [[key, value] as const] : []
  })
  return { ...Object.fromEntries(single), ...matchLabels }
}

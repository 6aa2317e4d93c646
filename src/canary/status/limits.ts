/** Keeps a status within the limits of the API, so that no write is refused for its size. */
import type { CanaryStatus } from '../api.gen.ts'
import { conform, type Shape } from '../conform.ts'
import { canaryStatusShape } from '../shapes.gen.ts'

/**
 * The status with texts and lists cut to their limits, percentages brought into range, and values
 * that JSON has no form for (such as NaN) left out. Lists keep their first elements: the newest.
 */
export function fitStatus(status: CanaryStatus): CanaryStatus {
  const { value } = conform(status, canaryStatusShape, 'status')
  return trimmed(value, canaryStatusShape) as CanaryStatus
}

function trimmed(value: unknown, shape: Shape): unknown {
  if (typeof value === 'string') return trimmedText(value, shape.maxLength)
  if (typeof value === 'number') return trimmedNumber(value, shape)
  if (Array.isArray(value))
    return value.slice(0, shape.maxItems).map((item) => trimmed(item, shape.items ?? {}))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).slice(0, shape.maxProperties)
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      trimmed(field, shape.values ?? shape.properties?.[name] ?? {}),
    ]),
  )
}

/** The API counts code points, so that a pair of surrogates is never cut in two. */
function trimmedText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxLength) return text
  const points = [...text]
  return points.length <= maxLength ? text : `${points.slice(0, maxLength - 1).join('')}…`
}

function trimmedNumber(value: number, { minimum, maximum }: Shape): number {
  const least = minimum ?? Number.NEGATIVE_INFINITY
  return Math.min(maximum ?? Number.POSITIVE_INFINITY, Math.max(least, value))
}

/** The queries of a template, as CloudWatch names their members. */
import { messageOf, ProviderError } from '../../errors.ts'
import { isMap } from '../../json.ts'

const names = [
  ...['AccountId', 'Dimensions', 'Expression', 'Id', 'Label', 'Metric', 'MetricName', 'MetricStat'],
  ...['Name', 'Namespace', 'Period', 'ReturnData', 'Stat', 'Unit', 'Value'],
]
const byLower = new Map(names.map((name) => [name.toLowerCase(), name]))

/**
 * A list of `MetricDataQuery`, whose members may be written in any case, as in Flagger. Throws
 * ProviderError for what is none.
 */
export function queriesIn(text: string): unknown[] {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    throw new ProviderError(`error unmarshaling query: ${messageOf(cause)}`, { cause })
  }
  if (!Array.isArray(read) || read.length === 0)
    throw new ProviderError('error unmarshaling query: it is not a list of MetricDataQuery')
  return read.map(named)
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      byLower.get(name.toLowerCase()) ?? name,
      named(member),
    ]),
  )
}

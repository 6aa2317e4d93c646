/** How old the newest sample is that a server answers with. */
import type { Conversation, MetricSource, Samples } from '../provider.ts'
import { ask, queryRequest } from './provider.ts'
import { namedSamples } from './samples.ts'

/** So far back samples are counted, to tell how often one comes. */
const spanSeconds = 300

/** The query, for a selector of raw series. */
export function lagQuery(selector: string): string {
  return [
    `label_replace( time() - max(timestamp( ${selector} )), "n", "age", "", "" )`,
    `label_replace( max(count_over_time( ${selector}[${spanSeconds}s] )), "n", "samples", "", "" )`,
  ].join(' or ')
}

/** Asks how old the newest sample is, and how often one comes; nothing where there are none. */
export function* sampleLag(of: MetricSource & { query: string; at: Date }): Conversation<Samples> {
  const { query, at, ...source } = of
  const found = namedSamples(yield* ask(queryRequest(source, query, at), source), 'n')
  const age = found.get('age') ?? Number.NaN
  const samples = found.get('samples') ?? 0
  if (!Number.isFinite(age) || !(samples > 0)) return {}
  return { lag: { ageSeconds: Math.max(0, age), everySeconds: spanSeconds / samples } }
}

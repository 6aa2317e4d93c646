/** Several named counts by one instant query at a fixed time. */
import { ProviderError } from '../../errors.ts'
import { countOf } from '../../judge/look.ts'
import type { Conversation, MetricSource, Samples } from '../provider.ts'
import { ask, queryRequest } from './provider.ts'
import { namedSamples } from './samples.ts'

/** Failures and requests of both versions, where each count has the label `n` with its name. */
export function* armCounts(of: MetricSource & { query: string; at: Date }): Conversation<Samples> {
  const { query, at, ...source } = of
  const named = namedSamples(yield* ask(queryRequest(source, query, at), source), 'n')
  const arm = (name: string) => {
    const [bad = 0, all = 0] = [named.get(`${name}_bad`), named.get(`${name}_all`)]
    if (!Number.isFinite(bad) || !Number.isFinite(all))
      throw new ProviderError(`the count of ${name} requests is not a finite number`)
    return countOf(bad, all)
  }
  return { arms: [{ canary: arm('canary'), primary: arm('primary'), born: bornIn(named) }] }
}

/** Requests of series that were not there before. */
export function bornIn(named: ReadonlyMap<string, number>): { canary: number; primary: number } {
  const count = (name: string) => {
    const found = named.get(name) ?? 0
    return Number.isFinite(found) ? found : 0
  }
  return { canary: count('canary_new'), primary: count('primary_new') }
}

/** The queries of triggers, turned from the target's pods to those of the primary. */
import type { Canary } from '../../canary/canary.ts'

export interface Trigger {
  type: string
  name?: string
  metadata?: Record<string, string>
}

/**
 * The triggers of the primary: with the queries that the Canary gives, by the trigger's name, or
 * else with the target's name replaced by the primary's.
 */
export function primaryTriggers(triggers: readonly Trigger[], canary: Canary): Trigger[] {
  const { primaryScalerQueries: given } = canary.spec.autoscalerRef ?? {}
  return triggers.map((trigger) => {
    const { name, metadata } = trigger
    if (metadata?.query === undefined) return trigger
    const query = given ? given[name ?? ''] : rewritten(metadata.query, canary)
    return query === undefined ? trigger : { ...trigger, metadata: { ...metadata, query } }
  })
}

/**
 * A query for the primary. What only contains the target's name is another name: a metric called
 * `podinfo_requests_total`, the workload `podinfo-admin`; so is the value of a label `namespace`.
 */
export function rewritten(query: string, { targetName, primaryName }: Canary): string {
  const name = targetName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const before = '(?<![\\w-])(?<!namespace\\s*(?:=|!=|=~|!~)\\s*["\'`])'
  const after = '(?:-canary)?(?!\\w|-\\w)'
  return query.replace(new RegExp(`${before}${name}${after}`, 'g'), () => primaryName)
}

/** Names of queries in the Canary that no trigger has. */
export function unknownQueries(triggers: readonly Trigger[], { spec }: Canary): string[] {
  const names = triggers.map(({ name = '' }) => name)
  const { primaryScalerQueries = {} } = spec.autoscalerRef ?? {}
  return Object.keys(primaryScalerQueries).filter((name) => !names.includes(name))
}

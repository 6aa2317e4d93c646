/** How long the lists of a Canary may be: each look goes through all of them. */
import type { CanarySpec } from '../canary/api.gen.ts'

/** Of all lists. No Canary in use comes near; what is longer was made by a loop. */
export const mostEntries = 256

/** Lists that are longer, one sentence each. */
export function lengthProblems(spec: CanarySpec): string[] {
  const { analysis, service, ingressRefs, httpRouteRefs } = spec
  const { metrics, webhooks, alerts, match, stepWeights } = analysis
  const ofService = { match: service?.match, gatewayRefs: service?.gatewayRefs }
  return [
    ...tooLong('spec.analysis', { metrics, webhooks, alerts, match, stepWeights }),
    ...tooLong('spec.service', ofService),
    ...tooLong('spec', { ingressRefs, httpRouteRefs }),
  ]
}

function tooLong(
  place: string,
  lists: Readonly<Record<string, readonly unknown[] | undefined>>,
): string[] {
  return Object.entries(lists).flatMap(([name, list = []]) =>
    list.length <= mostEntries
      ? []
      : [
          `${place}.${name} has ${list.length} entries, and each look would go through all of ` +
            `them; leave at most ${mostEntries}`,
        ],
  )
}

/** The DestinationRules of primary and canary: the Canary's traffic policy, host by host. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import { isGenerated, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import type { RouterContext } from '../router.ts'

/** Canary first: it is written first. */
export function destinationRuleRefs({ namespace, names }: Canary): ObjectRef[] {
  const apiVersion = 'networking.istio.io/v1beta1'
  return [names.canary, names.primary].map((name) => {
    return { apiVersion, kind: 'DestinationRule', namespace, name }
  })
}

/** Both rules, as they are to be written; fields that the Canary says nothing of stay. */
export function renderDestinationRules(context: RouterContext): Specified[] {
  return destinationRuleRefs(context.canary).map((ref) => renderRule(context, ref))
}

function renderRule(context: RouterContext, { apiVersion, kind, name }: ObjectRef): Specified {
  const { canary, find } = context
  const found = find<Specified>({ apiVersion, kind, namespace: canary.namespace, name })
  const { host, trafficPolicy, subsets, ...foreign } = found?.spec ?? {}
  // A rule of the user keeps what the Canary says nothing of.
  const kept = found && !isGenerated(found) ? { trafficPolicy, subsets } : {}
  const { trafficPolicy: wanted = kept.trafficPolicy } = canary.spec.service ?? {}
  const spec = {
    ...foreign,
    host: name,
    ...(wanted ? { trafficPolicy: wanted } : {}),
    ...(kept.subsets ? { subsets: kept.subsets } : {}),
  }
  const isChanged = JSON.stringify(sorted(found?.spec)) !== JSON.stringify(sorted(spec))
  const metadata = routeMetadata(context, {
    name,
    found,
    annotations: isChanged ? rememberOriginal(found, found?.spec) : {},
  })
  return { ...found, apiVersion, kind, metadata, spec }
}

/** The same data with its keys in order, so that equal data has equal JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]))
}

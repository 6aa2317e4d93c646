/** What the parents of a route, gateways or Services of a mesh, say of it in its status. */
import type { Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'
import { type Acceptance, accepted } from '../router.ts'

interface RouteWithStatus extends Specified {
  status?: unknown
}

/**
 * Whether every parent that says anything has taken over the route as it is. As in Flagger one
 * that says nothing counts as ready: not every data plane reports.
 */
export function parentsAccept(route: RouteWithStatus): Acceptance {
  const parents = list(record(route.status).parents)
  for (const ref of list(route.spec?.parentRefs))
    for (const { parentRef, conditions, controllerName } of parents) {
      if (!isSameParent(route, ref, record(parentRef))) continue
      const why = list(conditions)
        .map((condition) => problemOf(condition, route.metadata.generation ?? 0))
        .find((problem) => problem !== undefined)
      if (why === undefined) continue
      const { name, namespace = '' } = route.metadata
      const by = typeof controllerName === 'string' ? `; ask ${controllerName}` : ''
      const at = `HTTPRoute ${name}.${namespace} parent ${String(ref.name)}`
      return { state: 'pending', why: `${at} is not ready ${why}${by}` }
    }
  return accepted
}

/** Conditions, and what they have to be. Of a route that is taken over in part, some rules are not there. */
const wanted: Readonly<Record<string, string>> = {
  Accepted: 'True',
  ResolvedRefs: 'True',
  PartiallyInvalid: 'False',
}

/** Linkerd says nothing of the generation: its word is taken as it is. */
function problemOf(condition: Fields, current: number): string | undefined {
  const { type, status, observedGeneration: observed, reason, message } = condition
  const want = wanted[String(type)]
  if (want === undefined) return undefined
  const isOld = typeof observed === 'number' && observed > 0 && observed < current
  if (status === want && !isOld) return undefined
  const seen = typeof observed === 'number' ? observed : 'unknown'
  const facts = `${String(type)} status: ${String(status)}, observed generation: ${seen}`
  const said = [reason, message].filter((text) => typeof text === 'string' && text !== '')
  const because = status === want || said.length === 0 ? '' : `: ${said.join(', ')}`
  return `(${facts}, current generation: ${current})${because}`
}

/** References with their defaults: some controllers write them out, or write `core` as empty. */
function isSameParent(route: Specified, one: Fields, other: Fields): boolean {
  const whole = ({ group, kind, namespace, name, sectionName, port }: Fields) => [
    group === 'core' ? '' : (group ?? 'gateway.networking.k8s.io'),
    kind ?? 'Gateway',
    namespace ?? route.metadata.namespace,
    name,
    sectionName ?? '',
    port ?? 0,
  ]
  const [first, second] = [whole(one), whole(other)]
  return first.every((field, at) => field === second[at])
}

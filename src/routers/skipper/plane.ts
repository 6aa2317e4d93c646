/**
 * Skipper, as its documentation of Ingresses says: each Ingress makes a route of a host and a path,
 * with its predicates; of the routes that match, the one with most predicates and weight is taken;
 * backends of one path share its requests by `backend-weights`, and have none without one.
 * https://opensource.zalando.com/skipper/kubernetes/ingress-usage/
 */
import {
  type Entry,
  entranceTo,
  entriesIn,
  isSamePlace,
} from '../../sandbox/traffic/ingress-objects.ts'
import { chosen, type Plane, secondBounds } from '../../sandbox/traffic/plane.ts'

interface Route {
  ingress: string
  /** Of routes that match, the largest is taken. */
  rank: number
  backends: { to: string; weight: number }[]
}

export const plane: Plane = {
  isIngress: true,

  road(called, objects) {
    const entries = entriesIn(objects, called.namespace)
    const entrance = entranceTo(entries, called)
    if (!entrance) return undefined
    const here = entries.filter((entry) => isSamePlace(entry, entrance))
    const ingresses = new Set(here.map(({ ingress }) => ingress))
    const routes = [...ingresses].flatMap((ingress) =>
      routeOf(here.filter((entry) => entry.ingress === ingress)),
    )
    const [first] = routes.sort((one, other) => other.rank - one.rank)
    return (_, random) => {
      const service = first && chosen(first.backends, random)
      if (!first || service === undefined) return {}
      return { service, via: { ingress: first.ingress, isCanary: false } }
    }
  },

  /** Names of routes have an underscore for every letter that is not one. */
  counts({ namespace, service, via, status, latencyMs }) {
    const parts = [namespace, via?.ingress ?? service, 'app.example.com', '', service]
    const route = `kube_${parts.map((part) => part.replace(/\W/g, '_')).join('__')}`
    const labels = { route, code: `${status}`, method: 'GET' }
    const value = latencyMs / 1_000
    return ['skipper_response_duration_seconds', 'skipper_serve_route_duration_seconds'].map(
      (name) => ({ kind: 'histogram' as const, name, labels, value, bounds: secondBounds }),
    )
  },

  tester: () => ({}),
}

/** The route of one Ingress for one place; none where its predicates match nothing. */
function routeOf(entries: readonly Entry[]): Route[] {
  const [first] = entries
  if (!first) return []
  const { name, annotations = {} } = first.ingress.metadata
  const predicates = predicatesOf(annotations['zalando.org/skipper-predicate'] ?? '')
  if (!predicates.every(({ holds }) => holds)) return []
  const weights = weightsOf(annotations['zalando.org/backend-weights'])
  const named = weights && entries.some(({ service }) => weights[service] !== undefined)
  const backends = entries.map(({ service }) => ({
    to: service,
    weight: named ? (weights[service] ?? 0) : 1,
  }))
  const rank = predicates.reduce((sum, predicate) => sum + predicate.rank, 0)
  return [{ ingress: name, rank, backends }]
}

/** A predicate that is not known here is one that requests do not meet. */
function predicatesOf(text: string): { holds: boolean; rank: number }[] {
  const all = text.split('&&').map((part) => part.trim())
  return all
    .filter((part) => part !== '')
    .map((part) => {
      const weight = /^Weight\((\d+)\)$/.exec(part)
      if (weight) return { holds: true, rank: Number(weight[1]) }
      return { holds: part === 'True()', rank: 1 }
    })
}

function weightsOf(text: string | undefined): Record<string, number> | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, number>)
}

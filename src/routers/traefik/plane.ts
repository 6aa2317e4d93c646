/**
 * Traefik, as its reference of the TraefikService says: a weighted service shares its requests by
 * weights, of which one that is missing counts as 1, and one of zero takes none; the services may
 * be TraefikServices in turn. Of several sorts in one object the weighted one is taken.
 * https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, type Objects, type Plane, type Way } from '../../sandbox/traffic/plane.ts'

interface TraefikService extends KubeObject {
  spec?: {
    weighted?: { services?: Target[] }
    mirroring?: Target & { mirrors?: (Target & { percent?: number })[] }
  }
}

interface Target {
  kind?: string
  name: string
  weight?: number
}

const kind = { apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService' }

/** Traefik refuses services that contain themselves. */
const deepest = 5

export const plane: Plane = {
  isIngress: true,

  /** Users come by an IngressRoute that leads to the TraefikService of the name. */
  road({ namespace, service }, objects) {
    const services = servicesIn(objects, namespace)
    if (!services.has(service)) return undefined
    return (_, random) => wayTo({ kind: kind.kind, name: service }, { services, random, depth: 0 })
  },

  counts: ({ namespace, service, port, status, latencyMs }) => [
    {
      kind: 'histogram',
      name: 'traefik_service_request_duration_seconds',
      labels: {
        service: `${namespace}-${service}-${port}@kubernetescrd`,
        code: `${status}`,
        method: 'GET',
        protocol: 'http',
      },
      value: latencyMs / 1_000,
      bounds: [0.1, 0.3, 1.2, 5],
    },
  ],

  tester: () => ({}),
}

function servicesIn(objects: Objects, namespace: string): Map<string, TraefikService> {
  const all = objects.list<TraefikService>(kind, namespace)
  return new Map(all.map((object) => [object.metadata.name, object]))
}

interface Journey {
  services: ReadonlyMap<string, TraefikService>
  random: () => number
  depth: number
}

function wayTo(target: Target, journey: Journey): Way {
  if ((target.kind ?? 'Service') === 'Service') return { service: target.name }
  const { weighted, mirroring } = journey.services.get(target.name)?.spec ?? {}
  const next = { ...journey, depth: journey.depth + 1 }
  if (next.depth > deepest) return {}
  if (weighted) {
    const shares = (weighted.services ?? []).map((to) => ({ to, weight: to.weight ?? 1 }))
    const taken = chosen(
      shares.filter(({ weight }) => weight > 0),
      journey.random,
    )
    return taken ? wayTo(taken, next) : {}
  }
  if (!mirroring) return {}
  const copied = (mirroring.mirrors ?? []).find(
    ({ percent = 0 }) => journey.random() < percent / 100,
  )
  return { ...wayTo(mirroring, next), ...(copied && { copyTo: copied.name }) }
}

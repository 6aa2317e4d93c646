/**
 * The router of OpenShift, which is played for `custom:openshift-route`, as its documentation of
 * route-based deployments says: backends share the requests by their weights, of which each is 0 to
 * 256, and one that is missing counts as 100.
 * https://docs.openshift.com/container-platform/latest/applications/deployments/route-based-deployment-strategies.html
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, type Plane } from '../../sandbox/traffic/plane.ts'

interface Route extends KubeObject {
  spec?: { to?: Backend; alternateBackends?: Backend[] }
}

interface Backend {
  kind?: string
  name: string
  weight?: number
}

const kind = { apiVersion: 'route.openshift.io/v1', kind: 'Route' }

export const plane: Plane = {
  isIngress: true,

  /** Users come by the Route that leads to the Service, or to its primary. */
  road({ namespace, service }, objects) {
    const route = objects
      .list<Route>(kind, namespace)
      .find((one) => [service, `${service}-primary`].includes(one.spec?.to?.name ?? ''))
    if (!route) return undefined
    const { to, alternateBackends = [] } = route.spec ?? {}
    const shares = [...(to ? [to] : []), ...alternateBackends].map((backend) => ({
      to: backend.name,
      weight: Math.min(256, backend.weight ?? 100),
    }))
    return (_, random) => {
      const taken = chosen(shares, random)
      return taken === undefined ? {} : { service: taken }
    }
  },

  // Its HAProxy counts by backend and server, which are the pods: these count themselves.
  counts: () => [],

  tester: () => ({}),
}

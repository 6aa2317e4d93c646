/**
 * Knative, as its documentation of traffic says: requests to a Service are shared among revisions
 * by percent; an entry for the latest revision means the latest one that is ready.
 * https://knative.dev/docs/serving/traffic-management/
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, envoyCounts, type Plane } from '../../sandbox/traffic/plane.ts'

interface KnativeService extends KubeObject {
  spec?: { traffic?: { revisionName?: string; latestRevision?: boolean; percent?: number }[] }
  status?: { latestReadyRevisionName?: string }
}

const kind = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' }

export const plane: Plane = {
  isIngress: true,

  /** Each revision has a Service of its own name. */
  road({ namespace, service }, objects) {
    const found = objects.list<KnativeService>(kind, namespace).find(({ apiVersion, metadata }) => {
      return apiVersion === kind.apiVersion && metadata.name === service
    })
    if (!found) return undefined
    const latest = found.status?.latestReadyRevisionName ?? ''
    const traffic = found.spec?.traffic ?? [{ latestRevision: true, percent: 100 }]
    const shares = traffic.map(({ revisionName, latestRevision, percent = 0 }) => ({
      to: latestRevision ? latest : (revisionName ?? latest),
      weight: percent,
    }))
    return (_, random) => {
      const to = chosen(shares, random)
      return to ? { service: to } : {}
    }
  },

  counts: ({ namespace, service, status, latencyMs }) =>
    envoyCounts({ envoy_cluster_name: `${namespace}/${service}` }, { status, latencyMs }),

  tester: () => ({}),
}

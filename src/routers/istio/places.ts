/** What a VirtualService takes: hosts at gateways. */
import type { KubeObject } from '../../objects.ts'
import type { Rivalry } from '../provider.ts'
import { list, record, texts } from '../reading.ts'

const apiVersion = 'networking.istio.io/v1beta1'

export const rivalry: Rivalry = {
  kinds: [{ apiVersion, kind: 'VirtualService', plural: 'virtualservices', namespaced: true }],
  placesOf,
  remedy: 'remove the host from one of the two, or let the other one delegate to ours',
}

/**
 * Sidecars take the oldest object of a host alone. Gateways put the rules of all of them in a row:
 * there only rules for the same paths are in each other's way.
 */
function placesOf({ metadata, ...rest }: KubeObject): string[] {
  const { spec } = rest as { spec?: unknown }
  const { namespace = '' } = metadata
  const { hosts, gateways, http } = record(spec)
  const at = texts(gateways)
  return texts(hosts).flatMap((host) =>
    (at.length > 0 ? at : ['mesh']).flatMap((gateway) => {
      if (gateway === 'mesh') return [`host ${inFull(host, namespace)} in the mesh`]
      const name = gateway.includes('/') ? gateway : `${namespace}/${gateway}`
      return pathsOf(http).map((path) => `host ${host}, ${path}, at gateway ${name}`)
    }),
  )
}

function inFull(host: string, namespace: string): string {
  return host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`
}

/** A rule that asks for more than a path, such as a header, takes some of its requests only. */
function pathsOf(http: unknown): string[] {
  const paths = list(http).flatMap(({ match }) => {
    const matches = list(match)
    if (matches.length === 0) return ['every path']
    return matches
      .map((one) => record(one))
      .filter((one) => Object.keys(one).every((key) => key === 'uri' || key === 'name'))
      .map(({ uri }) => (uri === undefined ? 'every path' : `path ${JSON.stringify(uri)}`))
  })
  return [...new Set(paths)]
}

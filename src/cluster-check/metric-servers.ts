/** Metric servers of a cluster, as canaries and templates name them. Pure. */
import type { CanaryResource, MetricTemplateResource } from '../canary/api.gen.ts'
import { proxyPath, type ServiceAddress, serviceAddress } from '../service-host.ts'
import { shownAddress } from '../shown-address.ts'
import type { CheckedItem } from './item.ts'

export interface MetricServer {
  address: string
  /** In words: `metrictemplate test/error-rate`. */
  usedBy: string[]
  /** The Service that it is, or perhaps is. */
  service: ServiceAddress
}

/** What came of asking one: that it answers, why not, or nothing where nobody may ask. */
export interface AskedServer {
  server: MetricServer
  problem: string | undefined
  denied?: true
}

/**
 * Those that are a Service of the cluster, or have a name that one may have, and speak as Prometheus
 * does; others can't be asked.
 */
export function metricServersOf(
  canaries: readonly CanaryResource[],
  templates: readonly MetricTemplateResource[],
): MetricServer[] {
  const named = [
    ...canaries.map((one) => mention('canary', one, one.spec?.metricsServer)),
    ...templates.map((one) =>
      mention(
        'metrictemplate',
        one,
        one.spec?.provider?.type === 'prometheus' ? one.spec.provider.address : undefined,
      ),
    ),
  ]
  const servers = new Map<string, MetricServer>()
  for (const { address, user, namespace } of named) {
    const service = serviceAddress(address, namespace)
    if (!service) continue
    const path = queryPath(service)
    const known = servers.get(path) ?? { address: shownAddress(address), usedBy: [], service }
    servers.set(path, { ...known, usedBy: [...known.usedBy, user] })
  }
  return [...servers.values()]
}

/** The path of its API, through the API server. */
export function queryPath(service: ServiceAddress): string {
  return `${proxyPath(service).replace(/\/+$/, '')}/api/v1/query`
}

interface Named {
  address: string
  user: string
  namespace: string
}

function mention(
  kind: string,
  { metadata }: Pick<CanaryResource, 'metadata'>,
  address: unknown,
): Named {
  const { name, namespace = 'default' } = metadata
  // Outside data: a definition of Flagger lets other things stand there.
  const text = typeof address === 'string' ? address : ''
  return { address: text, user: `${kind} ${namespace}/${name}`, namespace }
}

const mostUsers = 3

/** A line for each server; those that may not be asked share one. */
export function metricServerItems(asked: readonly AskedServer[]): CheckedItem[] {
  const denied = asked.filter((one) => one.denied)
  const items = asked.flatMap(({ server, problem, denied: isDenied }): CheckedItem[] => {
    if (isDenied) return []
    const { address, usedBy } = server
    if (problem === undefined)
      return [
        {
          ...{
            id: 'metrics-server',
            ok: true,
            level: 'ok',
            message: `metrics server ${address} answers`,
          },
        },
      ]
    const more = usedBy.length > mostUsers ? ` and ${usedBy.length - mostUsers} more` : ''
    const users = `${usedBy.slice(0, mostUsers).join(', ')}${more}`
    const message = `metrics server ${address} does not answer (${problem}); it is asked by ${users}`
    return [{ id: 'metrics-server', ok: false, level: 'error', message }]
  })
  if (denied.length === 0) return items
  const addresses = denied.map(({ server }) => server.address).join(', ')
  const message = `you may not ask metrics servers through the API server (get services/proxy): ${addresses}`
  return [...items, { id: 'metrics-server', ok: false, level: 'warning', message }]
}

/** Which Service of the cluster an address means. Pure. */

/** A Service by its names. */
export interface ServiceHost {
  service: string
  namespace: string
  /** False for a name that may be one of the Internet as well: `example.com`, `prometheus.obs`. */
  isCertain: boolean
}

/** The Service behind an address, and how it is called. */
export interface ServiceAddress extends ServiceHost {
  /** For TLS. */
  isTls: boolean
  port: string
  path: string
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/**
 * The Service that a host means for those in the namespace `home`; undefined for a host outside, for
 * an address of numbers, and for this machine. A name of two parts is only perhaps a Service: whether
 * it is there decides, and without a cluster nothing can be said of it.
 */
export function serviceHost(host: string, home: string): ServiceHost | undefined {
  const name = host.toLowerCase().replace(/\.$/, '')
  const [service = '', inside, svc, ...domain] = name.split('.')
  const namespace = inside ?? home
  const isLocal = (inside ?? service) === 'localhost'
  if (isLocal || /^[\d.]+$/.test(name) || ![service, namespace, ...domain].every(isLabel))
    return undefined
  if (inside === undefined) return { service, namespace, isCertain: true }
  if (svc === undefined) return { service, namespace, isCertain: false }
  if (svc !== 'svc') return undefined
  // Another domain may be that of the cluster, as its administrator wished, or one of the Internet.
  const isUsual = domain.length === 0 || domain.join('.') === 'cluster.local'
  return { service, namespace, isCertain: isUsual }
}

function isLabel(text: string): boolean {
  return label.test(text)
}

/** The same of an HTTP address; undefined for others, too. */
export function serviceAddress(address: string, home: string): ServiceAddress | undefined {
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const found = serviceHost(url.hostname, home)
  if (!found) return undefined
  const isTls = url.protocol === 'https:'
  return { ...found, isTls, port: url.port || (isTls ? '443' : '80'), path: url.pathname }
}

/** Where the API server leads to it, with its path; it has no query. */
export function proxyPath({ service, namespace, isTls, port, path }: ServiceAddress): string {
  const named = `${isTls ? 'https:' : ''}${service}:${port}`
  return `/api/v1/namespaces/${namespace}/services/${named}/proxy${path.replace(/^\/$/, '')}`
}

/** Which proxy the environment names for a URL, by the rules of Go's `http.ProxyFromEnvironment`. */
import { BlockList, isIP } from 'node:net'

type Environment = Record<string, string | undefined>

/**
 * Answers for each URL the proxy's URL or undefined. Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY in
 * either case; the loopback device is never reached through a proxy.
 */
export function proxyFromEnvironment(env: Environment): (url: URL) => string | undefined {
  const read = (name: string) => env[name] || env[name.toLowerCase()] || undefined
  const proxies = { 'http:': read('HTTP_PROXY'), 'https:': read('HTTPS_PROXY') }
  const isExempt = exemptions(read('NO_PROXY') ?? '')

  return (url) => {
    const proxy = url.protocol === 'https:' ? proxies['https:'] : proxies['http:']
    if (proxy === undefined || isExempt(url)) return undefined
    return proxy.includes('://') ? proxy : `http://${proxy}`
  }
}

function exemptions(list: string): (url: URL) => boolean {
  const entries = list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
  const networks = new BlockList()
  networks.addSubnet('127.0.0.0', 8)
  networks.addAddress('::1', 'ipv6')
  for (const entry of entries) addNetwork(networks, entry)

  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
    if (host === 'localhost' || entries.includes('*')) return true
    const family = isIP(host)
    if (family !== 0 && networks.check(host, family === 6 ? 'ipv6' : 'ipv4')) return true
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    return entries.some((entry) => matches(entry, host, port))
  }
}

/** `10.0.0.0/8` or a single address; anything else is a name. */
function addNetwork(networks: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/')
  const family = isIP(address)
  if (family === 0) return
  const type = family === 6 ? 'ipv6' : 'ipv4'
  const bits = Number(prefix)
  if (prefix === undefined) networks.addAddress(address, type)
  else if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 6 ? 128 : 32))
    networks.addSubnet(address, bits, type)
}

/** `example.com` covers its subdomains too, `.example.com` only those; a port must agree. */
function matches(entry: string, host: string, port: string): boolean {
  const [name = '', wanted] = entry.split(':')
  if (name === '' || (wanted !== undefined && wanted !== port)) return false
  const suffix = name.replace(/^\*(?=\.)/, '')
  return suffix.startsWith('.')
    ? host.endsWith(suffix)
    : host === suffix || host.endsWith(`.${suffix}`)
}

/** Which hosts and addresses may be asked for the sake of somebody's Canary. Pure. */
import ipaddr from 'ipaddr.js'
import { UsageError } from '../../errors.ts'
import { nameOf } from './authority.ts'
import { isLocalName } from './name-rules.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** What flags say, as text; empty lists are the defaults. */
export interface AddressFlags {
  allowed: readonly string[]
  denied: readonly string[]
}

/** Who is to be asked: the host as the URL has it, and an address of it. */
export interface Asked {
  host: string
  /** Of the API servers, where they are known: nobody is let in there. */
  apiServers?: ReadonlySet<string>
}

export interface AddressRules {
  /** The same of a name that somebody else looks up, as a proxy does. */
  judgeName(host: string): string | undefined
  /** Why this address of the host may not be asked; undefined where it may. */
  judge(address: string, of: Asked): string | undefined
}

interface Entries {
  networks: [Address, number][]
  /** In lower case; `*` stands for any characters. */
  names: string[]
}

/**
 * Addresses that flags allow are fine, and all of a host that they name in full. Then link-local,
 * loopback and the like are refused, so that a pattern such as `*.svc` opens none of them. Then
 * what patterns allow is fine, and what flags deny is refused. All else is fine: the controller
 * asks servers of its own cluster. Throws UsageError for an entry that is none.
 */
export function createAddressRules(flags: AddressFlags): AddressRules {
  const allowed = entriesOf('allowed-addresses', flags.allowed)
  const denied = entriesOf('denied-addresses', flags.denied)
  const closed = 'the controller runs with -denied-addresses that name it'

  return {
    judgeName(host) {
      const name = nameOf(host)
      if (isLocalName(name) && !allowed.names.includes(name))
        return `${name} is the machine of the proxy itself; -allowed-addresses=${name} of the controller opens it`
      return isNamed(denied.names, name) && !isNamed(allowed.names, name) ? closed : undefined
    },
    judge(text, { host, apiServers }) {
      const name = nameOf(host)
      const address = ipaddr.process(text)
      if (isWithin(allowed.networks, address) || allowed.names.includes(name)) return undefined
      const all = [address, ...embedded(address)]
      const isServer = all.some((one) => apiServers?.has(one.toString()))
      const kind = isServer ? 'the API server' : reservedKind(all)
      if (kind !== undefined)
        return `${text} is ${kind}; -allowed-addresses=${text} of the controller opens it`
      if (isNamed(allowed.names, name)) return undefined
      const isDenied = all.some((one) => isWithin(denied.networks, one))
      return isDenied || isNamed(denied.names, name) ? closed : undefined
    },
  }
}

/** One spelling for each address; itself where it is none. */
export function canonical(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text
}

/** Where clouds answer questions about the machine, beside the link-local addresses. */
const platforms: readonly [Address, number][] = [
  '168.63.129.16/32', // Azure
  '100.100.100.200/32', // Alibaba
  '192.0.0.192/32', // Oracle
  'fd00:c1::/32', // Oracle
  'fd00:ec2::/32', // AWS
  'fd00:42::/32', // Scaleway
  'fd20:ce::/32', // Google
].map((network) => ipaddr.parseCIDR(network))

const kinds: Readonly<Partial<Record<string, string>>> = {
  loopback: 'the machine of the controller itself (loopback)',
  unspecified: 'the machine of the controller itself (unspecified)',
  linkLocal: 'link-local, as the metadata of clouds are',
  multicast: 'no address of one server (multicast)',
  broadcast: 'no address of one server (broadcast)',
}

/** What nobody is asked at unless a flag says so. */
function reservedKind(addresses: readonly Address[]): string | undefined {
  const [kind] = addresses.flatMap((one) => kinds[one.range()] ?? [])
  if (kind !== undefined) return kind
  const isPlatform = addresses.some((one) => isWithin(platforms, one))
  return isPlatform ? 'where a cloud tells about its machines' : undefined
}

/**
 * The IPv4 addresses that a gateway may make of one of IPv6: NAT64 (RFC 6052, with each length of
 * prefix in RFC 8215's network), 6to4, Teredo, ISATAP, IPv4-compatible and -translated.
 */
function embedded(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return []
  const bytes = address.toByteArray()
  const at = (...places: number[]) => new ipaddr.IPv4(places.map((place) => bytes[place] ?? 0))
  const last = at(12, 13, 14, 15)
  const [first, second, third, fourth, fifth = 0, sixth] = address.parts
  if (first === 0x2002) return [at(2, 3, 4, 5)]
  if (first === 0x2001 && second === 0)
    return [new ipaddr.IPv4(bytes.slice(12).map((b) => b ^ 0xff))]
  const isTranslated = first === 0x64 && second === 0xff9b
  if (isTranslated && third === 1) {
    // The ninth byte has no part of an address; what begins with 0 was meant otherwise.
    const readings = [last, at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12)]
    const meant = readings.filter(({ octets }) => octets[0] !== 0)
    return meant.length > 0 ? meant : [last]
  }
  const isCompatible = first === 0 && second === 0 && third === 0 && fourth === 0
  const isOfInterface = (fifth & 0xfdff) === 0 && sixth === 0x5efe
  return (isTranslated && third === 0) || isCompatible || isOfInterface ? [last] : []
}

function isWithin(networks: readonly [Address, number][], address: Address): boolean {
  return networks.some(
    ([base, bits]) => base.kind() === address.kind() && address.match(base, bits),
  )
}

function isNamed(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name))
}

/** Each part between two stars, at its first place: no star is ever tried twice. */
function matches(pattern: string, name: string): boolean {
  const [start = '', ...parts] = pattern.split('*')
  const end = parts.pop()
  if (end === undefined) return name === pattern
  if (!name.startsWith(start)) return false
  let from = start.length
  for (const part of parts) {
    const found = name.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return name.length - end.length >= from && name.endsWith(end)
}

function entriesOf(flag: string, texts: readonly string[]): Entries {
  const entries: Entries = { networks: [], names: [] }
  for (const text of texts) {
    const network = networkOf(text)
    if (network) entries.networks.push(network)
    else if (/^[\w*-]+(?:\.[\w*-]+)*$/.test(text)) entries.names.push(text.toLowerCase())
    else
      throw new UsageError(
        `flag -${flag} takes networks, addresses and names of hosts, as in 10.0.0.0/8,*.example.com, not "${text}"`,
      )
  }
  return entries
}

function networkOf(text: string): [Address, number] | undefined {
  if (ipaddr.isValidCIDR(text)) {
    const [base, bits] = ipaddr.parseCIDR(text)
    const isMapped = base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= 96
    return isMapped ? [base.toIPv4Address(), bits - 96] : [base, bits]
  }
  // A single number is a name here, not an address.
  if (!/[.:]/.test(text) || !ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

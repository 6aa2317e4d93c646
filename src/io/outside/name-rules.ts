/** How a machine finds the addresses of names: `/etc/hosts` and `/etc/resolv.conf`. Pure. */
import { isIP } from 'node:net'

export interface NameRules {
  /** Addresses by name, in lower case, that need no question. */
  hosts: ReadonlyMap<string, string[]>
  /** Domains that are put behind a name. */
  search: string[]
  /** A name with so many dots is tried as it stands first. */
  dots: number
}

/** Reads the texts of the two files, as resolv.conf(5) and hosts(5) say. */
export function readNameRules(hosts: string, resolving: string): NameRules {
  const rules: NameRules = { hosts: readHosts(hosts), search: [], dots: 1 }
  for (const [word, ...rest] of wordsOf(resolving, /[#;].*/)) {
    if (word === 'search' || word === 'domain') rules.search = rest.filter((one) => one !== '.')
    if (word === 'options') rules.dots = dotsIn(rest) ?? rules.dots
  }
  return rules
}

/** The full names to try for a name, in order. A dot at its end says that it is full. */
export function fullNames(name: string, { search, dots }: NameRules): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const longer = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`)
  const isLong = name.split('.').length - 1 >= dots
  return isLong ? [name, ...longer] : [...longer, name]
}

/** These names mean the machine itself, whatever a server says (RFC 6761). */
export function isLocalName(name: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(name)
}

function readHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>()
  for (const [address = '', ...names] of wordsOf(text, /#.*/)) {
    if (isIP(address) === 0) continue
    for (const name of names.map((one) => one.toLowerCase()))
      hosts.set(name, [...(hosts.get(name) ?? []), address])
  }
  return hosts
}

function wordsOf(text: string, comment: RegExp): string[][] {
  return text.split('\n').map((line) => line.replace(comment, '').trim().split(/\s+/))
}

const mostDots = 15

function dotsIn(options: readonly string[]): number | undefined {
  const given = options.find((option) => option.startsWith('ndots:'))
  const dots = Number(given?.slice('ndots:'.length))
  return given !== undefined && Number.isInteger(dots) ? Math.min(mostDots, dots) : undefined
}

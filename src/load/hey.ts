/** Command lines of `hey` (github.com/rakyll/hey, v0.1), as plans of load. */
import { parseDuration } from '../canary/duration.ts'
import { basic, type LoadPlan, loginHeader } from './plan.ts'

export type HeyLine = { plan: LoadPlan } | { problem: string }

/** Whether a flag takes a value. */
const flags: Readonly<Record<string, boolean>> = {
  ...{ n: true, c: true, q: true, z: true, m: true, H: true, t: true, A: true, d: true, T: true },
  ...{ a: true, U: true, host: true, cpus: true, h2: false },
  ...{ 'disable-compression': false, 'disable-keepalive': false, 'disable-redirects': false },
}
/** Those that are not built in, and what to do about it. */
const elsewhere: Readonly<Record<string, string>> = {
  D: 'give the body with -d',
  x: 'a proxy is not supported',
  o: 'the report is text; leave -o out',
}
/** Nobody needs more of one program to keep a canary busy. */
const mostWorkers = 1_000

interface Given {
  one: Map<string, string>
  headers: string[]
  rest: string[]
}

/** Reads the words behind `hey`. A problem is the end of a sentence that names the flag. */
export function readHey(words: readonly string[]): HeyLine {
  const given = readFlags(words)
  if (typeof given === 'string') return { problem: given }
  const [address] = given.rest
  const url = address === undefined ? null : URL.parse(address)
  if (address === undefined) return { problem: 'names no address' }
  if (!url || !/^https?:$/.test(url.protocol))
    return { problem: `names "${address}", which is no http or https address` }
  const amount = readAmount(given.one)
  if (typeof amount === 'string') return { problem: amount }
  const headers = readHeaders(given, url)
  if (typeof headers === 'string') return { problem: headers }
  const { one } = given
  return {
    plan: {
      ...amount,
      ...{ url, headers },
      method: (one.get('m') ?? 'GET').toUpperCase(),
      host: one.get('host') ?? '',
      body: one.get('d') ?? '',
      isHttp2: one.has('h2'),
      keepAlive: !one.has('disable-keepalive'),
    },
  }
}

function readFlags(words: readonly string[]): Given | string {
  const given: Given = { one: new Map(), headers: [], rest: [] }
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? ''
    const [, name = '', joined] = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word) ?? []
    // As in Go: flags end at the first word that is none.
    if (name === '') return { ...given, rest: words.slice(word === '--' ? index + 1 : index) }
    const taken = takeFlag(given, name, { joined, next: words[index + 1] })
    if (typeof taken === 'string') return taken
    index += taken
  }
  return given
}

/** How many words it took, or what is wrong with it. */
function takeFlag(
  { one, headers }: Given,
  name: string,
  { joined, next }: { joined: string | undefined; next: string | undefined },
): number | string {
  const other = elsewhere[name]
  if (other !== undefined) return `has -${name}: ${other}`
  const takes = flags[name]
  if (takes === undefined) return `has -${name}, which hey does not know`
  if (!takes) {
    if (joined !== 'false') one.set(name, '')
    return 1
  }
  const value = joined ?? next
  if (value === undefined) return `has -${name} without a value`
  if (name === 'H') headers.push(value)
  else one.set(name, value)
  return joined === undefined ? 2 : 1
}

type Amount = Pick<LoadPlan, 'requests' | 'durationMs' | 'workers' | 'ratePerWorker' | 'timeoutMs'>

function readAmount(one: ReadonlyMap<string, string>): Amount | string {
  const numberOf = (name: string, otherwise: number) => Number(one.get(name) ?? otherwise)
  const [workers, total] = [numberOf('c', 50), numberOf('n', 200)]
  const [ratePerWorker, timeout] = [numberOf('q', 0), numberOf('t', 20)]
  if (!Number.isInteger(workers) || workers < 1 || workers > mostWorkers)
    return `has -c ${one.get('c')}: it takes a whole number from 1 to ${mostWorkers}`
  if (!(ratePerWorker >= 0)) return `has -q ${one.get('q')}: it takes requests a second`
  if (!(timeout >= 0)) return `has -t ${one.get('t')}: it takes seconds`
  const shared = { workers, ratePerWorker, timeoutMs: timeout * 1000 }
  const span = one.get('z')
  if (span === undefined) {
    if (!Number.isInteger(total) || total < workers)
      return `has -n ${total}: it takes a whole number, and no fewer than -c, ${workers}`
    // Each worker makes its part; hey leaves out what remains.
    return { ...shared, requests: Math.floor(total / workers) * workers, durationMs: undefined }
  }
  const durationMs = parseDuration(span)
  if (durationMs === undefined || durationMs <= 0)
    return `has -z ${span}: it takes a duration such as 1m`
  return { ...shared, requests: undefined, durationMs }
}

function readHeaders({ one, headers }: Given, url: URL): LoadPlan['headers'] | string {
  const named: [string, string][] = []
  for (const text of headers) {
    const [, name, value] = /^([\w-]+):[ \t]*(.+)$/.exec(text.trim()) ?? []
    if (name === undefined || value === undefined)
      return 'has a -H that is not of the form "Name: value"'
    named.push([name, value])
  }
  const login = one.get('a')
  const agent = one.get('U')
  const all: [string, string][] = [
    ['User-Agent', agent === undefined ? 'hey/0.0.1' : `${agent} hey/0.0.1`],
    ['Content-Type', one.get('T') ?? 'text/html'],
    ...(one.has('A') ? [['Accept', one.get('A') ?? ''] as [string, string]] : []),
    ...(one.has('disable-compression') ? [] : [['Accept-Encoding', 'gzip'] as [string, string]]),
    ...(login === undefined
      ? loginHeader(url)
      : ([['Authorization', basic(login)]] as [string, string][])),
    ...named,
  ]
  if (all.some(([, value]) => /[^\t\x20-\x7e\x80-\xff]/.test(value)))
    return 'has a header with a character that none may have'
  // The last of a name counts, but for those that may come more than once.
  return [...new Map(all.map((entry) => [entry[0].toLowerCase(), entry])).values()]
}

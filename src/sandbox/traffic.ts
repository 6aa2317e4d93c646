/** Requests of users: split by the live routing objects, answered by simulated versions, counted. */
import type { Clock } from '../io/clock.ts'
import type { Store } from './api/store.ts'
import type { SeriesStore } from './prometheus/series.ts'
import { createCounters } from './traffic/counters.ts'
import { type Endpoint, endpointsOf, serviceIn } from './traffic/endpoints.ts'
import { answerOf, type Profiles } from './traffic/profiles.ts'
import { type Observer, observerOf, podHttp, type Served } from './traffic/series-of-providers.ts'
import { type Split, type SplitSettings, splitOf, wayOf } from './traffic/split.ts'

/** Requests that somebody sends, all the time. */
export interface Load {
  namespace: string
  /** The Service that is called: the apex of a canary, or any other. */
  service: string
  requestsPerSecond: number
  /** Share, 0 to 1, that meets the conditions of an A/B test; 0.5 unless told. */
  matching?: number
}

export interface TrafficOptions extends SplitSettings {
  store: Store
  series: SeriesStore
  profiles: Profiles
  clock: Clock
  /** Gives numbers in [0, 1): equal numbers, equal traffic. */
  random: () => number
  /** Milliseconds between two rounds, each of which takes a sample; 500 unless told. */
  everyMs?: number
}

/** What the callers of one Service saw since the start; copies are seen by nobody. */
export interface Tally {
  sent: number
  failed: number
  copied: number
  /** Requests by the Service that they reached. */
  reached: Record<string, number>
}

export interface Traffic {
  /** Replaces what is sent from now on. */
  setLoads(loads: readonly Load[]): void
  tally(load: Pick<Load, 'namespace' | 'service'>): Readonly<Tally>
  stop(): void
}

/** Sends until stopped. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { clock, series, everyMs = 500 } = options
  const tallyOf = createTallies()
  /** Parts of requests that are due, for each load. */
  let owed: number[] = []
  let loads: readonly Load[] = []
  let last = clock.now().getTime()
  let cancel = clock.after(everyMs, round)

  function round(): void {
    const now = clock.now()
    // A machine that slept must not send all at once what it missed.
    const seconds = Math.min(now.getTime() - last, 4 * everyMs) / 1_000
    last = now.getTime()
    const due = loads.map((load, at) => (owed[at] ?? 0) + load.requestsPerSecond * seconds)
    // Fractions of seconds add up to a little less than they should.
    const counts = due.map((requests) => Math.floor(requests + 1e-6))
    for (const [at, load] of loads.entries()) send(load, counts[at] ?? 0, tallyOf(load), options)
    owed = due.map((requests, at) => requests - (counts[at] ?? 0))
    series.sample(now)
    cancel = clock.after(everyMs, round)
  }

  return {
    setLoads: (wanted) => {
      loads = [...wanted]
      owed = []
    },
    tally: tallyOf,
    stop: () => cancel(),
  }
}

type Called = Pick<Load, 'namespace' | 'service'>

function keyOf({ namespace, service }: Called): string {
  return `${namespace}/${service}`
}

/** One tally for each Service that is called. */
function createTallies(): (called: Called) => Tally {
  const tallies = new Map<string, Tally>()
  return (called) => {
    const tally = tallies.get(keyOf(called)) ?? { sent: 0, failed: 0, copied: 0, reached: {} }
    tallies.set(keyOf(called), tally)
    return tally
  }
}

function send(load: Load, count: number, tally: Tally, options: TrafficOptions): void {
  const { store, random, series } = options
  const split = splitOf(store, load, options)
  const observers = observersOf(split, options)
  const counters = createCounters()
  const receivers = receiversIn(store, load.namespace)
  for (let index = 0; index < count; index++) {
    const { service, copyTo } = wayOf(split, load, random)
    const { status } = receive(service)
    tally.sent += 1
    tally.reached[service] = (tally.reached[service] ?? 0) + 1
    if (status >= 500) tally.failed += 1
    if (copyTo === undefined) continue
    tally.copied += 1
    receive(copyTo)
  }
  counters.addTo(series)

  function receive(service: string): Served {
    const served = serve(service, receivers(service), split, load, options)
    for (const measurement of observers.flatMap((observe) => observe(served)))
      counters.count(measurement)
    return served
  }
}

/** An ingress does not see who calls one side of a canary directly. */
function observersOf({ canary, isApex }: Split, { meshProvider }: TrafficOptions): Observer[] {
  const { observe, isIngress } = observerOf(canary?.provider ?? meshProvider)
  return isIngress && !isApex ? [podHttp] : [podHttp, observe]
}

interface Receiver {
  endpoints: Endpoint[]
  port: number
}

/** Looks each Service up once. */
function receiversIn(store: Store, namespace: string): (service: string) => Receiver {
  const known = new Map<string, Receiver>()
  return (service) => {
    const found = known.get(service) ?? {
      endpoints: endpointsOf(store, namespace, service),
      port: serviceIn(store, namespace, service)?.spec.ports?.[0]?.port ?? 80,
    }
    known.set(service, found)
    return found
  }
}

/** A Service without a ready pod answers 503 at once, as a proxy does. */
function serve(
  service: string,
  { endpoints, port }: Receiver,
  { canary }: Split,
  { namespace }: Load,
  { profiles, random }: TrafficOptions,
): Served {
  const endpoint = endpoints[Math.floor(random() * endpoints.length)]
  const answer = endpoint
    ? answerOf(profiles.of(endpoint.image), random)
    : { status: 503, latencyMs: 1 }
  return { namespace, service, port, canary, endpoint, ...answer }
}

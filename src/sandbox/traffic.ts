/** Requests of users: led by the data plane, answered by simulated versions, counted. */
import type { Clock } from '../io/clock.ts'
import type { Store } from './api/store.ts'
import type { SeriesStore } from './prometheus/series.ts'
import { createCounters } from './traffic/counters.ts'
import { type Endpoint, endpointsOf, serviceIn } from './traffic/endpoints.ts'
import type { Called, Served, Way } from './traffic/plane.ts'
import { answerOf, type Profiles } from './traffic/profiles.ts'
import { type RoadSettings, roadTo } from './traffic/roads.ts'
import { createUser, type User } from './traffic/users.ts'

/** Requests that somebody sends, all the time. */
export interface Load extends Called {
  requestsPerSecond: number
  /** Share of the users, 0 to 1, who meet the conditions of an A/B test; 0.5 unless told. */
  matching?: number
  /** People who send them, each with their own cookies; 100 unless told. */
  users?: number
}

export interface TrafficOptions extends RoadSettings {
  store: Store
  series: SeriesStore
  profiles: Profiles
  clock: Clock
  /** Gives numbers in [0, 1): equal numbers, equal traffic. */
  random: () => number
  /** Milliseconds between two rounds, each of which takes a sample; 500 unless told. */
  everyMs?: number
}

/** What the callers of one Service, by one host, saw since the start; copies are seen by nobody. */
export interface CallerTally {
  sent: number
  failed: number
  copied: number
  /** Requests by the Service that they reached, and those among them that failed there. */
  reached: Record<string, number>
  failedAt: Record<string, number>
  /** Requests by the name of the workload that answered. */
  answered: Record<string, { requests: number; failed: number }>
}

export interface Traffic {
  /** Replaces what is sent from now on. */
  setLoads(loads: readonly Load[]): void
  /** What the callers of this Service by this host saw; goes on counting. */
  tally(load: Called): Readonly<CallerTally>
  /** Sends nothing any more. */
  stop(): void
}

/** Sends until stopped. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { clock, series, everyMs = 500 } = options
  const tallyOf = createTallies()
  const peopleOf = createPeople()
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
    for (const [at, load] of loads.entries())
      send(load, counts[at] ?? 0, { tally: tallyOf(load), people: peopleOf(load) }, options)
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

function keyOf({ namespace, service, host = '' }: Called): string {
  return `${namespace}/${service}/${host}`
}

function emptyTally(): CallerTally {
  return { sent: 0, failed: 0, copied: 0, reached: {}, failedAt: {}, answered: {} }
}

/** One tally for each Service that is called, by each host. */
function createTallies(): (called: Called) => CallerTally {
  const tallies = new Map<string, CallerTally>()
  return (called) => {
    const tally = tallies.get(keyOf(called)) ?? emptyTally()
    tallies.set(keyOf(called), tally)
    return tally
  }
}

/** The people of a load, who stay the same from round to round. */
type People = (tester: Readonly<Record<string, string>>) => readonly User[]

function createPeople(): (load: Load) => People {
  const known = new WeakMap<Load, { key: string; users: User[] }>()
  return (load) => (tester) => {
    const key = JSON.stringify(tester)
    const before = known.get(load)
    if (before?.key === key) return before.users
    const { users: count = 100, matching = 0.5 } = load
    const testers = Math.round(count * matching)
    const users = Array.from({ length: count }, (_, at) => createUser(at < testers ? tester : {}))
    known.set(load, { key, users })
    return users
  }
}

function send(
  load: Load,
  count: number,
  { tally, people }: { tally: CallerTally; people: People },
  options: TrafficOptions,
): void {
  const { store, random, series } = options
  const { road, observers, tester } = roadTo(store, load, options)
  const users = people(tester)
  const counters = createCounters()
  const receivers = receiversIn(store, load.namespace)
  for (let index = 0; index < count; index++) {
    const user = users[Math.floor(random() * users.length)]
    if (!user) break
    const way = road(user.request(), random)
    const { service = '', copyTo, setCookies = [] } = way
    const served = receive(service, way)
    user.receive(setCookies)
    tally.reached[service] = (tally.reached[service] ?? 0) + 1
    if (served.status >= 400) tally.failedAt[service] = (tally.failedAt[service] ?? 0) + 1
    note(tally, served)
    if (copyTo === undefined) continue
    tally.copied += 1
    receive(copyTo, way)
  }
  counters.addTo(series)

  function receive(service: string, way: Way): Served {
    const served = serve({ service, way }, receivers(service), load, options)
    for (const measurement of observers.flatMap((observe) => observe(served)))
      counters.count(measurement)
    return served
  }
}

function note(tally: CallerTally, { status, endpoint }: Served): void {
  const isFailed = status >= 400
  tally.sent += 1
  if (isFailed) tally.failed += 1
  if (!endpoint) return
  const { name } = endpoint.workload
  const answered = tally.answered[name] ?? { requests: 0, failed: 0 }
  tally.answered[name] = answered
  answered.requests += 1
  if (isFailed) answered.failed += 1
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

/** A Service without a ready pod answers 503 at once, as a proxy does; no rule answers 404. */
function serve(
  { service, way }: { service: string; way: Way },
  { endpoints, port }: Receiver,
  { namespace }: Load,
  { profiles, random }: TrafficOptions,
): Served {
  const endpoint = endpoints[Math.floor(random() * endpoints.length)]
  const nobody = { status: way.service === undefined ? 404 : 503, latencyMs: 1 }
  const answer = endpoint ? answerOf(profiles.of(endpoint.image), random) : nobody
  return { namespace, service, port, via: way.via, endpoint, ...answer }
}

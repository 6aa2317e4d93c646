/** Users of the canaries of a scenario: the data plane leads them, and what they receive counts. */
import { setTimeout as wait } from 'node:timers/promises'
import type { CanarySpec } from '../../../src/canary/api.gen.ts'
import { serviceNames } from '../../../src/canary/names/names.ts'
import { systemClock } from '../../../src/io/clock.ts'
import type { Store } from '../../../src/sandbox/api/store.ts'
import { createSeriesStore } from '../../../src/sandbox/prometheus/series.ts'
import { seededRandom } from '../../../src/sandbox/random.ts'
import type { Profile } from '../../../src/sandbox/traffic/profiles.ts'
import { type CallerTally, type Load, startTraffic } from '../../../src/sandbox/traffic.ts'
import type { Scenario } from '../../conformance/recording.ts'
import type { Measured, World } from '../../conformance/stub.ts'

export interface Users {
  /** Answers `success`: the share of what the canaries answered well since the last question. */
  measured: Measured
  /** What the callers of each Service saw so far. */
  tallies(): CallerTally[]
  stop(): void
}

/** So many requests to canaries have one that fails, where every tenth does. */
const enough = 10
const healthy: Profile = { errorRate: 0, medianMs: 12, p99Ms: 90 }

/** The version that the scenario begins with is well; the others answer as its `metrics` say. */
export function startUsers(
  store: Store,
  { scenario, namespace, world }: { scenario: Scenario; namespace: string; world: World },
): Users {
  const traffic = startTraffic({
    ...{ store, clock: systemClock, series: createSeriesStore(), random: seededRandom(1) },
    profiles: { set: () => undefined, of: versionsOf(world) },
    meshProvider: scenario.provider,
    everyMs: 100,
  })
  const calls = apexesOf(scenario).map((service) => ({ namespace, service }))
  traffic.setLoads(calls.map((call): Load => ({ ...call, requestsPerSecond: 200 })))
  const tallies = () => calls.map((call) => traffic.tally(call))
  const ended = new AbortController()
  const share = shareOf(tallies, ended.signal)
  return {
    measured: (query) =>
      query === 'success' && typeof world.metrics.success === 'number' ? share() : undefined,
    tallies,
    stop() {
      ended.abort()
      traffic.stop()
    },
  }
}

/** In percent, of at least so many requests; undefined where the users go home before that. */
function shareOf(
  tallies: () => readonly CallerTally[],
  signal: AbortSignal,
): () => Promise<number | undefined> {
  let before = { all: 0, failed: 0 }
  return async () => {
    while (!signal.aborted) {
      const now = ofCanaries(tallies())
      const all = now.all - before.all
      if (all >= enough) {
        const failed = now.failed - before.failed
        before = now
        return 100 * (1 - failed / all)
      }
      await wait(20)
    }
    return undefined
  }
}

function ofCanaries(tallies: readonly CallerTally[]): { all: number; failed: number } {
  const sum = (numbers: Readonly<Record<string, number>>[]) =>
    numbers
      .flatMap((one) => Object.entries(one))
      .reduce((total, [service, number]) => total + (/-canary$/.test(service) ? number : 0), 0)
  return {
    all: sum(tallies.map(({ reached }) => reached)),
    failed: sum(tallies.map(({ failedAt }) => failedAt)),
  }
}

/** Of so many requests in a row exactly as many fail as the scenario says: chance has no part. */
function versionsOf(world: World): (image: string) => Profile {
  let owed = 0
  return (image) => {
    const { success = 100 } = world.metrics
    if (image.endsWith(':6.0.0')) return healthy
    owed += 1 - Number(success) / 100
    if (owed < 1) return healthy
    owed -= 1
    return { ...healthy, errorRate: 1 }
  }
}

/** What users call: the apex Service of each canary that the scenario begins with. */
function apexesOf({ objects }: Scenario): string[] {
  const specs = objects.flatMap((object) =>
    object.kind === 'Canary' ? [(object as { spec?: CanarySpec }).spec] : [],
  )
  return specs.flatMap((spec) => (spec ? serviceNames(spec).apex : []))
}

/**
 * The controller as its program puts it together, but on a clock, a cluster and an outside that are
 * given: for rehearsals, and for tests that play for hours.
 */
import { Registry } from 'prom-client'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { Clock } from '../../src/io/clock.ts'
import type { Http } from '../../src/io/http.ts'
import { createCache } from '../../src/io/kube/cache/cache.ts'
import { createEventRecorder } from '../../src/io/kube/events.ts'
import type { Log } from '../../src/io/log.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { createSteppedKube, type KubeDeps } from '../../src/sandbox/stepped/kube.ts'
import { createContents } from '../observe/contents.ts'
import { glimpsesOf } from '../observe/glimpses.ts'
import { parseConfig } from '../process/config/config.ts'
import type { Deps } from '../process/deps.ts'
import type { Metrics } from '../process/metrics.ts'
import { settingsOf, shownSettings } from '../process/settings.ts'
import { createBreath } from '../queue/breath.ts'
import { createRunLimits } from '../queue/run-limits.ts'
import { createShares } from '../queue/shares.ts'
import { createTeller } from '../tell/tell.ts'
import { createLoop } from '../tick/loop.ts'

export interface SteppedProcess {
  /** The process is gone, as by SIGKILL: what it was waiting for never comes. */
  kill(): void
  /** Ends every watch, as a server that restarts. */
  dropWatches(): void
}

export interface ProcessDeps extends Omit<KubeDeps, 'isAlive'> {
  http: Http
  log: Log
  /** Gives numbers in [0, 1): equal numbers, equal runs. */
  random: () => number
  flags: readonly string[]
}

const canaryKind = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })
const never = () => new Promise<never>(() => {})

/** Starts it; what it does first happens as the clock goes on. */
export function startProcess(given: ProcessDeps): SteppedProcess {
  let isAlive = true
  const alive = () => isAlive
  const clock = mortal(given.clock, alive)
  const { log, random } = given
  const config = parseConfig(given.flags, {})
  const kube = createSteppedKube({ ...given, clock, isAlive: alive })
  const cache = createCache({ kube, clock, random, log }, { glimpsesOf })
  const contents = createContents(kube)
  const shares = createShares({ most: config.mostRequests, longestMs: config.longestTimeoutMs })
  const { signal } = new AbortController()
  const http: Http = async (request, end) => {
    const answer = await given.http(request, end)
    return isAlive ? answer : never()
  }
  const shared = { http, shares, cache, contents, clock, log, metrics: unread, signal }
  const recorder = createEventRecorder({ kube, clock, log, burst: 100, paceMs: 1_000 })
  const deps: Deps = {
    ...shared,
    kube,
    credentials: () => Promise.reject(new Error('there is no cloud here')),
    teller: createTeller({ ...shared, recorder, config }),
    random,
    breath: createBreath(clock),
    tellDropped: () => {},
    outside: (wait) => wait(),
    wake: () => {},
    wrote: () => {},
    runLimits: createRunLimits({ most: 0, mostPerNamespace: 0 }, () =>
      cache.list<CanaryResource>(canaryKind),
    ),
    settings: settingsOf(config, { ownRoutes: true }),
    startedAt: clock.now(),
    startedMs: clock.monotonicMs(),
  }
  const settings = shownSettings(config, { ownRoutes: true })
  const loop = createLoop(deps, {
    identity: { controller: 'canary-controller/rehearsal', settings },
    ...{ concurrency: config.threads * 32, spreadMs: 50, longestSpreadMs: 10_000 },
  })
  void cache.want(canaryKind).then(() => loop.start())
  return {
    kill() {
      isAlive = false
      kube.dropWatches()
    },
    dropWatches: kube.dropWatches,
  }
}

/** Calls nobody back who is dead. */
function mortal(clock: Clock, isAlive: () => boolean): Clock {
  return {
    ...clock,
    after: (ms, callback) =>
      clock.after(ms, () => {
        if (isAlive()) callback()
      }),
  }
}

const nothing = () => {}

/** Nobody scrapes it here. */
const unread: Metrics = {
  registry: new Registry(),
  info: nothing,
  canaries: nothing,
  phase: nothing,
  run: nothing,
  weight: nothing,
  analysis: nothing,
  finished: nothing,
  tick: nothing,
  lag: nothing,
  apiRequest: nothing,
  failure: nothing,
  judged: nothing,
  logLost: nothing,
  alert: nothing,
  replace: nothing,
  forget: nothing,
}

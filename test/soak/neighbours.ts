/**
 * A namespace full of hostile canaries, and what a team elsewhere feels of it. It plays on a clock
 * that stands still until the next thing is due: who waits for whom counts, no machine does.
 */

import { startProcess } from '../../controller/rehearsal/process.ts'
import type { Log } from '../../src/io/log.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { simulateWorkloads } from '../../src/sandbox/simulation/workloads.ts'
import { createSteppedClock, type SteppedClock } from '../../src/sandbox/stepped/clock.ts'
import { fair } from '../../src/sandbox/stepped/kube.ts'
import { createCluster } from '../model/world.ts'
import { createOutside, givenHostile, hanging, startStorms } from './hostile.ts'
import { type Place, place } from './places.ts'

/** Milliseconds of the clock. */
export interface Felt {
  /** From a new image in another namespace to its promotion. */
  rolloutMs: number
  /** From an order in another namespace until it was carried out. */
  answeredMs: Readonly<Record<Verb, number>>
  /** From a new Canary in another namespace until it was set up. */
  newcomerMs: number
  /** Requests that hung at the busiest time. */
  hanging: number
  /** Defects that the controller logged. */
  defects: readonly string[]
}

export const verbs = ['abort', 'pause', 'reset'] as const
type Verb = (typeof verbs)[number]

const minuteMs = 60_000
/** Runs of seconds, and as little room as may be: those who crowd it are felt at once. */
const flags = ['-minimum-analysis-interval=1s', '-threadiness=1', '-max-requests=12']
/** What a request to the API server, news of it, and an answer of the outside take. */
const latencyMs = 100

/** What others feel beside so many hostile canaries. */
export async function feel({ hostile }: { hostile: number }): Promise<Felt> {
  const clock = createSteppedClock()
  const store = createCluster(clock)
  const simulation = simulateWorkloads(store, { clock, startupMs: 3_000, brokenImages: [] })
  const outside = createOutside(clock, latencyMs)
  const { log, defects } = createListener()
  const process = startProcess({
    ...{ store, clock, log, http: outside.http, flags, random: seededRandom(7) },
    weather: { ...fair, requestMs: latencyMs, watchMs: latencyMs },
    onRequest() {},
    onWrite() {},
  })
  const all = givenHostile(store, hostile)
  const victim = place(store, { namespace: 'victim' })
  const ordered = verbs.map((verb) => place(store, { namespace: `to-${verb}` }, hanging))
  for (const one of [victim, ...ordered])
    await passUntil(clock, () => phaseOf(one) === 'Initialized')
  for (const one of ordered) one.setImage('app:2')
  const stop = startStorms({ store, clock }, all)
  await clock.pass(minuteMs / 6)
  try {
    return {
      rolloutMs: await rolledOut(clock, victim),
      answeredMs: await allAnswered(clock, ordered),
      newcomerMs: await setUp(clock, () => place(store, { namespace: 'newcomer' })),
      hanging: outside.mostHanging(),
      defects,
    }
  } finally {
    stop()
    process.kill()
    simulation.stop()
  }
}

function rolledOut(clock: SteppedClock, victim: Place): Promise<number> {
  victim.setImage('app:2')
  return passUntil(clock, () => phaseOf(victim) === 'Succeeded')
}

function setUp(clock: SteppedClock, create: () => Place): Promise<number> {
  const newcomer = create()
  return passUntil(clock, () => phaseOf(newcomer) === 'Initialized')
}

async function allAnswered(clock: SteppedClock, ordered: readonly Place[]) {
  const answered: [Verb, number][] = []
  for (const [at, verb] of verbs.entries()) {
    const one = ordered[at]
    if (!one || phaseOf(one) !== 'Progressing') throw new Error(`nothing to ${verb} is under way`)
    one.annotate({ [`flagger.app/${verb}`]: 'true' })
    answered.push([verb, await passUntil(clock, () => isCarriedOut[verb](one))])
  }
  return Object.fromEntries(answered) as Record<Verb, number>
}

/** Whether it is so, not only whether it was answered. */
const isCarriedOut: Readonly<Record<Verb, (of: Place) => boolean>> = {
  abort: (of) => phaseOf(of) === 'Failed' && of.canary()?.status?.canaryWeight === 0,
  pause: (of) => of.canary()?.status?.canaryAnalysis?.paused !== undefined,
  reset: (of) => of.canary()?.status?.requests?.reset?.result === 'done',
}

/** Lets time go by until it is so; gives the milliseconds, in steps of ten. */
async function passUntil(clock: SteppedClock, isSo: () => boolean): Promise<number> {
  const start = clock.monotonicMs()
  while (!isSo()) {
    if (clock.monotonicMs() - start > 3 * minuteMs) throw new Error('not in three minutes')
    await clock.pass(10)
  }
  return clock.monotonicMs() - start
}

function phaseOf(of: Place): string | undefined {
  return of.canary()?.status?.phase
}

/** What no fault of anybody's explains, out of the log. */
function createListener(): { log: Log; defects: string[] } {
  const defects: string[] = []
  const hear = (fields: object, message: string) => {
    if (message === 'defect') defects.push('err' in fields ? String(fields.err) : message)
  }
  return { log: { debug() {}, info() {}, warn: hear, error: hear }, defects }
}

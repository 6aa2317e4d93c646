/** People edit everything, for as long as it takes: the controller holds no more in the end. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRunning } from '../../src/canary/phases.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { type EmbeddedCluster, startCluster } from '../embedded/support/cluster.ts'
import { type Controller, startController } from '../embedded/support/controller.ts'
import { givenOutside } from '../embedded/support/rollout.ts'
import { type Place, place } from './places.ts'
import { sizeOf, timeout } from './size.ts'

const edits = sizeOf('edits', 200)
/** What is made once stays: code that was compiled, connections, the places of lists. */
const firstEdits = 100
const canaries = 20
const namespace = 'edited'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const analysis = { interval: '200ms', stepWeight: 50 }
const verbs = ['abort', 'retry', 'restart', 'promote', 'reset', 'skip-analysis']

interface Team {
  canaries: Place[]
  random: () => number
}

/** One edit of one canary, `n` of all. */
type Edit = (team: Team, at: number, n: number) => void

const all: readonly Edit[] = [
  (team, at, n) => team.canaries[at]?.setImage(`app:${n}`),
  (team, at, n) => team.canaries[at]?.setImage(`app:${n % 3}`),
  (team, at, n) =>
    team.canaries[at]?.annotate({ [`flagger.app/${pick(verbs, team)}`]: `{"id":"edit-${n}"}` }),
  (team, at, n) => team.canaries[at]?.annotate({ 'example.com/edit': String(n) }),
  (team, at, n) => {
    const spec = { analysis: { threshold: 1 + (n % 9), stepWeight: 10 + (n % 50) } }
    patch(team.canaries[at]?.canaryRef, { spec })
  },
  (team, at, n) => patch(team.canaries[at]?.target, { spec: { replicas: 1 + (n % 3) } }),
  (team, at, n) => {
    team.canaries[at]?.remove()
    team.canaries[at] = place(cluster.store, { namespace, name: `app-${n}` }, analysis)
  },
]

function pick<T>(of: readonly T[], { random }: Team): T | undefined {
  return of[Math.floor(random() * of.length)]
}

function patch(ref: Place['target'] | undefined, body: object): void {
  if (ref) cluster.store.patch(ref, body, { type: 'merge' })
}

/** As many edits as that, as fast as the controller answers one of them now and then. */
async function edit(team: Team, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    pick(all, team)?.(team, n % canaries, n)
    if (n % canaries === 0) await answered(team.canaries[n % canaries], `keeps-up-${n}`)
  }
  await atRest(team)
}

async function answered(canary: Place | undefined, id: string): Promise<void> {
  canary?.annotate({ 'flagger.app/abort': JSON.stringify({ id }) })
  await expect
    .poll(() => canary?.canary()?.status?.requests?.abort?.id, { timeout: 120_000 })
    .toBe(id)
}

/** No run is under way, and for two seconds nobody asked the server anything. */
async function atRest({ canaries: places }: Team): Promise<void> {
  const isDone = (one: Place) => {
    const { phase } = one.canary()?.status ?? {}
    return phase !== undefined && phase !== 'Initializing' && !isRunning(phase)
  }
  let before = -1
  const isQuiet = () => {
    const asked = cluster.server.requests.total()
    const isSame = asked === before
    before = asked
    return isSame && places.every(isDone)
  }
  await expect.poll(isQuiet, { timeout: 600_000, interval: 2_000 }).toBe(true)
}

/** Bytes of the heap after a collection, and series of the metrics. */
async function held(controller: Controller): Promise<{ heap: number; series: number }> {
  const heaps = () => [...controller.output().matchAll(/^heap (\d+)$/gm)]
  const before = heaps().length
  process.kill(controller.pid, 'SIGUSR2')
  await expect.poll(() => heaps().length, { timeout: 60_000 }).toBe(before + 1)
  const metrics = await (await fetch(`${controller.url}/metrics`)).text()
  const series = metrics.split('\n').filter((line) => line.includes(`namespace="${namespace}"`))
  return { heap: Number(heaps().at(-1)?.[1]), series: series.length }
}

test('after edits of everything the heap is what it was before, within a tenth', {
  timeout,
}, async () => {
  const outside = await givenOutside()
  const team: Team = {
    canaries: Array.from({ length: canaries }, (_, at) =>
      place(cluster.store, { namespace, name: `app-first-${at}` }, analysis),
    ),
    random: seededRandom(sizeOf('seed', 1)),
  }
  const preload = pathToFileURL(path.join(import.meta.dirname, 'heap.ts')).href
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-metrics-server=${outside.url}`],
    env: { NODE_OPTIONS: `--import=${preload}` },
  })
  await edit(team, 1, firstEdits)
  const before = await held(controller)
  await edit(team, firstEdits + 1, edits)
  const after = await held(controller)

  const mega = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(`${edits} edits: heap ${mega(before.heap)} before, ${mega(after.heap)} after`)
  expect(after.heap).toBeLessThan(1.1 * before.heap)
  expect(after.series).toBeLessThan(1.1 * before.series)
  expect(controller.output()).not.toContain('"defect"')
})

/**
 * Many canaries on one controller, blue/green with two iterations: set up at once, idle, one rolled
 * out alone, then all at once. Prints each figure beside what it may be, and fails when one is
 * worse. Usage: node bench/scale.ts [--server embedded|real] [--canaries 100] [--autoscalers]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { refOf } from '../src/objects.ts'
import { type BenchCluster, startCluster } from './support/cluster.ts'
import { type Controller, startController, type Usage } from './support/controller.ts'
import { occasion, table } from './support/numbers.ts'
import {
  autoscalerOf,
  autoscalerRef,
  canaryOf,
  deployment,
  names,
  namespace,
} from './support/workloads.ts'

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'embedded' },
    canaries: { type: 'string', default: '100' },
    autoscalers: { type: 'boolean', default: false },
  },
})
const kind = values.server === 'real' ? 'real' : 'embedded'
const all = names(1, Number(values.canaries))
/** Until the last event is told and the last garbage is collected. */
const settleMs = 20_000
const withinMs = 900_000
const analysis = { interval: '10s', threshold: 5, iterations: 2 }
/** Of its target and of its primary one each: made with it, and compared in a rollout. */
const autoscaled = values.autoscalers
const most = { setUp: autoscaled ? 13 : 12, rollout: autoscaled ? 18 : 16 }
/** MiB that the controller may hold, in a rollout and idle. */
const memory = all.length <= 100 ? { rollout: 100, idle: 80 } : { rollout: 140, idle: 140 }

interface Measurement {
  seconds: number
  before: Usage
  after: Usage
  /** The most that was seen, by a look each half second. */
  peakMiB: number
}

const cluster = await startCluster(kind)
let controller: Controller | undefined
try {
  await Promise.all(all.map((name) => cluster.kube.create(deployment(name))))
  if (autoscaled) await Promise.all(all.map((name) => cluster.kube.create(autoscalerOf(name))))
  controller = await startController(
    `-kubeconfig=${cluster.kubeconfigPath}`,
    '-mesh-provider=kubernetes',
    `-namespace=${namespace}`,
    '-enable-leader-election',
    `-leader-election-namespace=${namespace}`,
  )
  report(await measureAll(cluster, controller))
} finally {
  await controller?.stop()
  await cluster.close()
}

async function measureAll({ kube, allReach }: BenchCluster, running: Controller) {
  const setUp = await measure(running, async () => {
    await Promise.all(
      all.map((name) => {
        const scaled = autoscaled ? { autoscalerRef: autoscalerRef(name) } : {}
        return kube.create(canaryOf(name, { provider: 'kubernetes', analysis, ...scaled }))
      }),
    )
    await allReach(all, 'Initialized', withinMs)
  })
  await pause(settleMs)
  const idle = await measure(running, () => pause(settleMs))
  const one = await measure(running, () => rollOut(all.slice(0, 1), 'app:2'))
  const together = await measure(running, () => rollOut(all, 'app:3'))
  await pause(settleMs)
  const idleAgain = await measure(running, () => pause(settleMs))
  return { setUp, idle, one, together, idleAgain }

  async function rollOut(some: readonly string[], image: string): Promise<void> {
    await Promise.all(
      some.map((name) => {
        const { template } = deployment(name, image).spec
        return kube.patch(refOf(deployment(name)), { spec: { template } })
      }),
    )
    await allReach(some, 'Progressing', withinMs)
    await allReach(some, 'Succeeded', withinMs)
  }
}

async function measure(running: Controller, work: () => Promise<void>): Promise<Measurement> {
  const before = await running.usage()
  let peakMiB = before.residentMiB
  const looking = setInterval(() => {
    void running.residentMiB().then((now) => {
      peakMiB = Math.max(peakMiB, now)
    })
  }, 500)
  const started = performance.now()
  await work().finally(() => clearInterval(looking))
  const seconds = (performance.now() - started) / 1000
  return { seconds, before, after: await running.usage(), peakMiB }
}

type Measurements = Awaited<ReturnType<typeof measureAll>>

/** What was measured, as text, and whether it may be so; without a limit it is for people only. */
type Row = [what: string, measured: string, limit?: string, isWithin?: boolean]

function report({ setUp, idle, one, together, idleAgain }: Measurements): void {
  const many = all.length
  const looks = together.after.ticks - together.before.ticks
  const late = together.after.late - together.before.late
  const lag = ((together.after.lagSeconds - together.before.lagSeconds) / looks) * 1000
  const perSetUp = requests(setUp) / many
  const perRollout = requests(one)
  const ratio = together.seconds / one.seconds
  const peak = Math.max(one.peakMiB, together.peakMiB)
  const resting = Math.max(idle.after.residentMiB, idleAgain.after.residentMiB)
  const rows: Row[] = [
    [`${many} set up at once`, `${setUp.seconds.toFixed(1)} s`, '75 s', setUp.seconds <= 75],
    ['requests to set one up', perSetUp.toFixed(1), `${most.setUp}`, perSetUp <= most.setUp],
    ['one rolled out alone', `${one.seconds.toFixed(1)} s`],
    [`${many} rolled out at once, of one`, `× ${ratio.toFixed(2)}`, '× 1.4', ratio <= 1.4],
    ['looks later than a second', `${late} of ${looks}`, '1 %', late < looks / 100],
    ['a look came late on average', `${lag.toFixed(0)} ms`],
    ['requests of one rollout', `${perRollout}`, `${most.rollout}`, perRollout <= most.rollout],
    ['  each of all together', (requests(together) / many).toFixed(1)],
    ['memory while rolling out', mib(peak), mib(memory.rollout), peak <= memory.rollout],
    ['memory, idle', mib(resting), mib(memory.idle), resting <= memory.idle],
    ['requests, idle', `${requests(idle) + requests(idleAgain)}`, '0', requests(idle) === 0],
    [
      'processor time of all of it',
      `${((idleAgain.after.cpuMs - setUp.before.cpuMs) / 1000).toFixed(1)} s`,
    ],
  ]
  const texts = rows.map(([what, measured, limit = '']) => [what, measured, limit])
  const what = autoscaled ? 'canaries with an autoscaler each' : 'canaries'
  process.stdout.write(`${many} ${what} on ${cluster.what} (${occasion()})\n\n`)
  process.stdout.write(`${table([['', 'measured', 'at most'], ...texts])}\n\n`)
  process.stdout.write(`Requests of one rollout: ${counts(one)}\n`)
  for (const [what, measured, limit, isWithin = true] of rows)
    if (!isWithin) {
      process.stdout.write(`error: ${what}: ${measured}, at most ${limit}\n`)
      process.exitCode = 1
    }
}

/** By verb and resource, but for watches and the lease. */
function requestsOf({ before, after }: Measurement): [string, number][] {
  return Object.entries(after.requests)
    .map(([what, count]): [string, number] => [what, count - (before.requests[what] ?? 0)])
    .filter(([what, count]) => count > 0 && !/^watch |^\w+ leases$/.test(what))
}

function requests(of: Measurement): number {
  return requestsOf(of).reduce((sum, [, count]) => sum + count, 0)
}

function counts(of: Measurement): string {
  return requestsOf(of)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}

function mib(value: number): string {
  return `${value.toFixed(0)} MiB`
}

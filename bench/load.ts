/**
 * Many canaries on one controller: all set up at once, then idle, then a part of them rolled out at
 * the same time, round after round. Fails when idle canaries make requests, or when the heap
 * grows from one round to the next. Usage: node bench/load.ts [--canaries 1000] [--rolling 200]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { type Controller, startController, type Usage } from './support/controller.ts'
import { occasion, table } from './support/numbers.ts'
import { allReach, deploy, names, namespace, release } from './support/workloads.ts'

const number = (text: string) => ({ type: 'string', default: text }) as const
const { values } = parseArgs({
  options: { canaries: number('1000'), rolling: number('200'), rounds: number('2') },
})
const all = names(1, Number(values.canaries))
const rolling = all.slice(0, Number(values.rolling))
const rounds = Number(values.rounds)
const idleMs = 30_000
/** Until the last event is told and the last garbage is collected. */
const settleMs = 15_000
const withinMs = 900_000

interface Measurement {
  what: string
  seconds: number
  requests: number
  before: Usage
  after: Usage
}

const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 200 })
const { store, api, kubeconfigPath, prometheusUrl } = sandbox
const measurements: Measurement[] = []
let controller: Controller | undefined
try {
  controller = await startController(
    `-kubeconfig=${kubeconfigPath}`,
    `-metrics-server=${prometheusUrl}`,
    // A run of the embedded cluster is not to wait for the limiter: what is measured is the work.
    '-kubeconfig-qps=2000',
    '-kubeconfig-burst=2000',
  )
  await measure(`${all.length} set up`, async () => {
    for (const name of all) deploy(store, name, { interval: '10s', stepWeight: 25 })
    await allReach(store, all, 'Initialized', withinMs)
  })
  await pause(settleMs)
  await measure('idle', () => pause(idleMs))
  for (let round = 1; round <= rounds; round++) {
    await measure(`${rolling.length} rolled out`, async () => {
      for (const name of rolling) release(store, name, `app:${round + 1}`)
      await allReach(store, rolling, 'Progressing', withinMs)
      await allReach(store, rolling, 'Succeeded', withinMs)
    })
    await pause(settleMs)
    await measure('idle', () => pause(idleMs))
  }
} finally {
  await controller?.stop()
  await sandbox.close()
}

const rows = measurements.map(({ what, seconds, requests, before, after }) => {
  const ticks = after.ticks - before.ticks
  const lag = ticks === 0 ? 0 : ((after.lagSeconds - before.lagSeconds) / ticks) * 1000
  return [
    what,
    `${seconds.toFixed(0)} s`,
    `${((after.cpuMs - before.cpuMs) / 1000).toFixed(1)} s`,
    `${requests}`,
    `${ticks}`,
    `${lag.toFixed(0)} ms`,
    `${after.late - before.late}`,
    `${after.residentMiB.toFixed(0)} MiB`,
    `${after.heapMiB.toFixed(0)} MiB`,
  ]
})
const head = ['', 'time', 'processor', 'requests', 'looks', 'late', '> 1 s late', 'memory', 'heap']
process.stdout.write(`Load (${occasion()})\n\n${table([head, ...rows])}\n`)
const idle = measurements.filter(({ what }) => what === 'idle')
for (const { requests } of idle) if (requests > 0) fail(`idle canaries made ${requests} requests`)
const [first, last] = [idle[1], idle.at(-1)]
if (first && last && last.after.heapMiB > 1.5 * first.after.heapMiB)
  fail(`the heap grew from ${first.after.heapMiB} to ${last.after.heapMiB} MiB`)

async function measure(what: string, work: () => Promise<void>): Promise<void> {
  if (!controller) return
  const before = await controller.usage()
  api.requests.reset()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  const requests = Object.entries(api.requests.counts())
    .filter(([name]) => !name.startsWith('watch '))
    .reduce((sum, [, count]) => sum + count, 0)
  const after = await controller.usage()
  measurements.push({ what, seconds, requests, before, after })
  process.stderr.write(`${what}: ${seconds.toFixed(1)} s\n`)
}

function fail(why: string): void {
  process.stdout.write(`error: ${why}\n`)
  process.exitCode = 1
}

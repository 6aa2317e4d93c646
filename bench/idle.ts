/**
 * What canaries cost that have nothing to do: memory and processor time with none, 100 and 200 of
 * them, and the requests to the API server in a minute, of which there must be none but watches
 * and the lease. Usage: node bench/idle.ts [--seconds 60]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { startController, type Usage } from './support/controller.ts'
import { occasion, table } from './support/numbers.ts'
import { allReach, deploy, names, namespace } from './support/workloads.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const idleMs = Number(values.seconds) * 1000
/** Until the last event is told and the last garbage is collected. */
const settleMs = 10_000
const counts = [0, 100, 200]

interface Measurement extends Usage {
  canaries: number
  requests: Record<string, number>
}

const measurements: Measurement[] = []
const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 200 })
try {
  for (const [at, canaries] of counts.entries())
    measurements.push(await measure(canaries, names((counts[at - 1] ?? 0) + 1, canaries)))
} finally {
  await sandbox.close()
}

const [alone] = measurements
const rows = measurements.map(({ canaries, residentMiB, cpuMs, requests }) => [
  `${canaries} canaries`,
  `${residentMiB.toFixed(0)} MiB`,
  `× ${(residentMiB / (alone?.residentMiB ?? Number.NaN)).toFixed(2)}`,
  `${cpuMs.toFixed(0)} ms`,
  `${sum(unexpected(requests))}`,
])
process.stdout.write(`Idle for ${values.seconds} s (${occasion()})\n\n`)
process.stdout.write(`${table([['', 'memory', 'of none', 'processor', 'requests'], ...rows])}\n`)
for (const { canaries, requests } of measurements)
  for (const [what, count] of Object.entries(unexpected(requests))) {
    process.stdout.write(`error: ${canaries} idle canaries made ${count} requests: ${what}\n`)
    process.exitCode = 1
  }

/** Adds canaries, lets a controller set them up, and a fresh one look after them. */
async function measure(canaries: number, added: readonly string[]): Promise<Measurement> {
  const { store, kubeconfigPath, prometheusUrl, api } = sandbox
  const flags = [
    `-kubeconfig=${kubeconfigPath}`,
    `-metrics-server=${prometheusUrl}`,
    '-enable-leader-election',
  ]
  for (const name of added) deploy(store, name)
  if (added.length > 0) {
    const first = await startController(...flags)
    await allReach(store, added, 'Initialized').finally(() => first.stop())
  }
  const controller = await startController(...flags)
  try {
    await pause(settleMs + canaries * 50)
    const before = await controller.usage()
    api.requests.reset()
    await pause(idleMs)
    const requests = api.requests.counts()
    const after = await controller.usage()
    return { ...after, canaries, requests, cpuMs: after.cpuMs - before.cpuMs }
  } finally {
    await controller.stop()
  }
}

function unexpected(requests: Record<string, number>): Record<string, number> {
  const isExpected = (what: string) => /^watch |^\w+ leases/.test(what)
  return Object.fromEntries(Object.entries(requests).filter(([what]) => !isExpected(what)))
}

function sum(requests: Record<string, number>): number {
  return Object.values(requests).reduce((total, count) => total + count, 0)
}

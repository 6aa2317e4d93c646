/**
 * What one rollout costs: requests to the API server and bytes over the wire, beside what they
 * would be if each look at the canary read its objects; and how many steps a second the analysis
 * decides, beside a copy of what it sees through JSON. Usage: node bench/rollout.ts
 */
import { writeFileSync } from 'node:fs'
import { decide } from '../src/analysis/decide.ts'
import { checkKey, type Observation, type Verdicts } from '../src/analysis/decision.ts'
import type { KubeObject } from '../src/objects.ts'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { observation, passes } from '../test/support/observation.ts'
import { type Controller, startController } from './support/controller.ts'
import { startCountingProxy } from './support/counting-proxy.ts'
import { occasion, table } from './support/numbers.ts'
import { allReach, deploy, namespace, release } from './support/workloads.ts'

const name = 'app-1'
const measuredMs = 1_000
/** What one look has to know of a canary behind Istio. */
const objects = [
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', names: [name] },
  { apiVersion: 'apps/v1', kind: 'Deployment', names: [name, `${name}-primary`] },
  { apiVersion: 'v1', kind: 'Service', names: [name, `${name}-primary`, `${name}-canary`] },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService', names: [name] },
  {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'DestinationRule',
    names: [`${name}-primary`, `${name}-canary`],
  },
]

process.stdout.write(`One rollout in five steps (${occasion()})\n\n${await rollout()}\n\n`)
process.stdout.write(`Steps of the analysis\n\n${decisions()}\n`)

async function rollout(): Promise<string> {
  const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 200 })
  const { store, api, kubeconfigPath, prometheusUrl } = sandbox
  const proxy = await startCountingProxy(api.url)
  writeFileSync(kubeconfigPath, api.kubeconfig.replaceAll(api.url, proxy.url))
  let controller: Controller | undefined
  try {
    deploy(store, name, { interval: '2s' })
    controller = await startController(
      `-kubeconfig=${kubeconfigPath}`,
      `-metrics-server=${prometheusUrl}`,
      '-minimum-analysis-interval=1s',
      '-allowed-addresses=127.0.0.0/8',
    )
    await allReach(store, [name], 'Initialized')
    const before = { ...proxy.bytes(), ticks: (await controller.usage()).ticks }
    api.requests.reset()
    release(store, name, 'app:2')
    await allReach(store, [name], 'Succeeded')
    const counts = api.requests.counts()
    const { up, down } = proxy.bytes()
    const ticks = (await controller.usage()).ticks - before.ticks
    return costs({ counts, ticks, up: up - before.up, down: down - before.down }, sizes(store.get))
  } finally {
    await controller?.stop()
    await proxy.close()
    await sandbox.close()
  }
}

interface Cost {
  counts: Record<string, number>
  ticks: number
  up: number
  down: number
}

function costs({ counts, ticks, up, down }: Cost, sizes: readonly number[]): string {
  const total = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0)
  const requests = total(Object.values(counts))
  const reads = ticks * sizes.length
  const readBytes = ticks * total(sizes)
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`
  const ratio = (a: number, b: number) => `× ${(a / b).toFixed(2)}`
  const each = Object.entries(counts).map(([what, count]) => [`  ${what}`, `${count}`, '', ''])
  return table([
    ['', 'measured', 'reading at each look', 'ratio'],
    ['looks at the canary', `${ticks}`, '', ''],
    ['requests', `${requests}`, `${reads}`, ratio(requests, reads)],
    ...each,
    ['bytes to the server', kib(up), '', ''],
    ['bytes from the server', kib(down), kib(readBytes), ratio(down, readBytes)],
  ])
}

type Get = (ref: {
  apiVersion: string
  kind: string
  namespace: string
  name: string
}) => KubeObject | undefined

function sizes(get: Get): number[] {
  return objects.flatMap(({ apiVersion, kind, names }) =>
    names.map((one) => JSON.stringify(get({ apiVersion, kind, namespace, name: one })).length),
  )
}

/** Steps a second, of two kinds, beside a copy of the observation. */
function decisions(): string {
  const idle = observation()
  const running = observation({
    canary: { status: { phase: 'Progressing', canaryWeight: 20, lastAppliedSpec: 'v2:green' } },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
    routes: { primary: 80, canary: 20, mirrored: false },
  })
  const { canary: _, ...plain } = running
  const copies = rate(() => JSON.parse(JSON.stringify({ ...plain, status: running.canary.status })))
  const kinds = { 'a look at an idle canary': idle, 'a step of an analysis': running }
  const rows = Object.entries(kinds).map(([what, seen]) => {
    const steps = rate(() => settle(seen))
    return [what, perSecond(steps), `× ${(steps / copies).toFixed(2)}`]
  })
  return table([
    ['', 'a second', 'of a copy'],
    ...rows,
    ['a copy through JSON', perSecond(copies), '× 1.00'],
  ])
}

/** Decides, with all checks passed, until there is something to do. */
function settle(seen: Observation): void {
  let verdicts: Verdicts = {}
  let decision = decide(seen, verdicts)
  while (decision.kind === 'check') {
    const isRollback = decision.check.kind === 'hooks' && decision.check.type === 'rollback'
    const outcome = isRollback ? 'failed' : 'passed'
    verdicts = { ...verdicts, [checkKey(decision.check)]: { ...passes, outcome } }
    decision = decide(seen, verdicts)
  }
}

/** Calls a second, after a warm-up of the same length. */
function rate(work: () => void): number {
  let calls = 0
  for (let round = 0; round < 2; round++) {
    calls = 0
    const end = performance.now() + measuredMs
    while (performance.now() < end) {
      work()
      calls += 1
    }
  }
  return (calls * 1000) / measuredMs
}

function perSecond(value: number): string {
  return Math.round(value).toLocaleString('en')
}

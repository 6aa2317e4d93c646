/**
 * How long commands of the plugin take, beside `kubectl get canary` on the same server, in turns,
 * over TLS with the authority in a file. Fails when a command takes longer than it may.
 * Usage: node bench/start.ts [--runs 15] [--kubectl FILE]
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { startController } from './support/controller.ts'
import { median, occasion, table } from './support/numbers.ts'
import { startTlsFront } from './support/tls-front.ts'
import { allReach, deploy, namespace } from './support/workloads.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    kubectl: { type: 'string', default: 'kubectl' },
  },
})
const { kubectl } = values
const runs = Number(values.runs)
const plugin = fileURLToPath(new URL('../bin/kubectl-canary.js', import.meta.url))
const bundle = new URL('../dist/kubectl-canary.cjs', import.meta.url)

const name = 'app-1'
const within = ['--namespace', namespace]
const baseline = [kubectl, 'get', 'canary', name, ...within]
const commands = {
  'kubectl get canary': baseline,
  'kubectl-canary version': [process.execPath, plugin, 'version'],
  'kubectl-canary list': [process.execPath, plugin, 'list', ...within],
  'kubectl-canary status': [process.execPath, plugin, 'status', name, ...within],
  'kubectl canary status': [kubectl, 'canary', 'status', name, ...within],
  'node -e 0': [process.execPath, '-e', '0'],
}

/** Times of `kubectl get canary`. */
const limits: Record<string, number> = { 'kubectl-canary list': 1.6, 'kubectl-canary status': 2 }

const home = mkdtempSync(join(tmpdir(), 'kubectl-canary-bench-'))
// kubectl finds its plugins by their names.
symlinkSync(plugin, join(home, 'kubectl-canary'))
const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 200 })
const front = await startTlsFront(sandbox.kubeconfig)
const { kubeconfigPath: KUBECONFIG } = front
try {
  const controller = await startController(
    `-kubeconfig=${KUBECONFIG}`,
    `-metrics-server=${sandbox.prometheusUrl}`,
  )
  deploy(sandbox.store, name)
  await allReach(sandbox.store, [name], 'Initialized').finally(() => controller.stop())
  report(await measure())
} finally {
  await front.close()
  await sandbox.close()
  rmSync(home, { recursive: true, force: true })
}

async function measure(): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  // The first round fills caches, of kubectl for what the server serves, of Node for code.
  for (let round = 0; round <= runs; round++)
    for (const [label, words] of Object.entries(commands)) {
      const ms = await time(words)
      if (round > 0) times.set(label, [...(times.get(label) ?? []), ms])
    }
  return times
}

/** Milliseconds that a command takes; rejects when it fails. */
function time([program = '', ...words]: readonly string[]): Promise<number> {
  const folders = [home, dirname(process.execPath), process.env.PATH]
  const env = { PATH: folders.join(delimiter), HOME: home, KUBECONFIG }
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const started = performance.now()
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  child.once('error', reject)
  child.once('exit', (code) => {
    if (code === 0) resolve(performance.now() - started)
    else reject(new Error(`${program} ${words.join(' ')} ended with ${code}`))
  })
  return promise
}

function report(times: Map<string, number[]>): void {
  const of = (label: string) => median(times.get(label) ?? [])
  const ratio = (label: string) => of(label) / of('kubectl get canary')
  const rows = [...times].map(([label, all]) => [
    label,
    `${of(label).toFixed(0)} ms`,
    `${Math.min(...all).toFixed(0)} ms`,
    `× ${ratio(label).toFixed(2)}`,
    label in limits ? `× ${limits[label]}` : '',
  ])
  const from = existsSync(bundle) ? 'bundle' : 'sources: npm run build makes the bundle'
  process.stdout.write(`Time of a command, ${runs} runs, ${from} (${occasion()})\n\n`)
  process.stdout.write(`${table([['', 'median', 'least', 'of kubectl', 'at most'], ...rows])}\n`)
  for (const [label, limit] of Object.entries(limits)) {
    if (ratio(label) <= limit) continue
    process.stdout.write(`error: ${label} takes ${ratio(label).toFixed(2)} times kubectl's time\n`)
    process.exitCode = 1
  }
}

/**
 * How long commands of the plugin take, beside `kubectl get canary` on the same server, in turns,
 * over TLS with the authority in a file. Fails when a command takes longer than it may.
 * Usage: node bench/start.ts [--runs 15] [--kubectl FILE] [--released FILE]
 * `--released` is an executable that scripts/release.ts made; it is measured with 500 canaries, too.
 */
import { execFile, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { canaryObject } from '../test/support/canary-object.ts'
import { startController } from './support/controller.ts'
import { median, occasion, table } from './support/numbers.ts'
import { startTlsFront } from './support/tls-front.ts'
import { allReach, deploy, names, namespace } from './support/workloads.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    kubectl: { type: 'string', default: 'kubectl' },
    released: { type: 'string' },
  },
})
const run = promisify(execFile)
const { kubectl } = values
const runs = Number(values.runs)
const plugin = fileURLToPath(new URL('../bin/kubectl-canary.js', import.meta.url))
const bundle = new URL('../dist/kubectl-canary.cjs', import.meta.url)

const home = mkdtempSync(join(tmpdir(), 'kubectl-canary-bench-'))
const released = values.released && asInstalled(values.released)
const name = 'app-1'
const crowd = 'crowd'
const within = ['--namespace', namespace]
const baseline = [kubectl, 'get', 'canary', name, ...within]
const commands = {
  'kubectl get canary': baseline,
  'kubectl-canary version': [process.execPath, plugin, 'version'],
  'kubectl-canary list': [process.execPath, plugin, 'list', ...within],
  'kubectl-canary status': [process.execPath, plugin, 'status', name, ...within],
  'kubectl canary status': [kubectl, 'canary', 'status', name, ...within],
  'node -e 0': [process.execPath, '-e', '0'],
  ...(released && {
    'released: version': [released, 'version'],
    'released: list': [released, 'list', ...within],
    'released: status': [released, 'status', name, ...within],
    'kubectl get canaries, 500': [kubectl, 'get', 'canaries', '--namespace', crowd],
    'released: list, 500': [released, 'list', '--namespace', crowd],
  }),
}

/** Times of `kubectl get canary`. */
const limits: Record<string, number> = {
  'kubectl-canary list': 1.6,
  'kubectl-canary status': 2,
  'released: list': 1.4,
  'released: status': 1.4,
  'released: list, 500': 2,
}

/** What they are measured by, where that is another command than usual. */
const baselines: Record<string, string> = { 'released: list, 500': 'kubectl get canaries, 500' }

/** Of the released executable, at most. */
const limitMb = 60

// kubectl finds its plugins by their names.
symlinkSync(plugin, join(home, 'kubectl-canary'))
const sandbox = await startSandbox({ namespaces: [namespace, crowd], startupMs: 200 })
const front = await startTlsFront(sandbox.kubeconfig)
const { kubeconfigPath: KUBECONFIG } = front
try {
  const controller = await startController(
    `-kubeconfig=${KUBECONFIG}`,
    `-metrics-server=${sandbox.prometheusUrl}`,
  )
  deploy(sandbox.store, name)
  await allReach(sandbox.store, [name], 'Initialized').finally(() => controller.stop())
  if (released)
    for (const one of names(1, 500))
      sandbox.store.create(canaryObject({ name: one, namespace: crowd }))
  report(await measure())
  if (released) await reportMemory(released)
} finally {
  await front.close()
  await sandbox.close()
  rmSync(home, { recursive: true, force: true })
}

/**
 * A copy in pieces of 32 KiB, as krew unpacks it. Of a file that was written in larger ones, as by
 * the build, Linux maps 2 MiB where a page is asked for, and counts 45 MB more.
 */
function asInstalled(executable: string): string {
  const copy = join(home, 'kubectl-canary-released')
  const bytes = readFileSync(executable)
  const file = openSync(copy, 'w', 0o755)
  for (let at = 0; at < bytes.length; at += 32_768)
    writeSync(file, bytes, at, Math.min(32_768, bytes.length - at))
  closeSync(file)
  return copy
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
  const ratio = (label: string) => of(label) / of(baselines[label] ?? 'kubectl get canary')
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
    if (!times.has(label) || ratio(label) <= limit) continue
    process.stdout.write(`error: ${label} takes ${ratio(label).toFixed(2)} times kubectl's time\n`)
    process.exitCode = 1
  }
}

/** The most that commands of the executable hold in memory, as GNU time tells. */
async function reportMemory(executable: string): Promise<void> {
  for (const words of [
    ['list', ...within],
    ['status', name, ...within],
    ['list', '-n', crowd],
  ]) {
    const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG }
    const { stderr } = await run('time', ['-f', '%M', executable, ...words], { env })
    const mb = Number(stderr.trim().split('\n').at(-1)) / 1000
    process.stdout.write(`released: ${words.join(' ')} holds ${mb.toFixed(0)} MB\n`)
    // With hundreds of objects it may be more.
    if (mb <= limitMb || words.includes(crowd)) continue
    process.stdout.write(`error: at most ${limitMb} MB\n`)
    process.exitCode = 1
  }
}

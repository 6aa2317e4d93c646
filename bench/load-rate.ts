/**
 * The built-in load against `hey`, a program in Go, on one core each, against the same server in
 * one run, in turns. Fails below 80 % of its rate. Usage: node bench/load-rate.ts [--seconds 5];
 * needs `go`, which builds hey, and `taskset`.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { goBuild } from '../test/cluster/control-plane/go.ts'
import { median, occasion, table } from './support/numbers.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } },
})
const least = 0.8
const run = promisify(execFile)
const root = new URL('../', import.meta.url).pathname
const folder = await mkdtemp(join(tmpdir(), 'load-rate-'))
const hey = join(folder, 'hey')
await goBuild({
  folder: join(root, 'bench/support/hey'),
  package: 'github.com/rakyll/hey',
  to: hey,
  linkerFlags: '',
})

const onCore = (core: number, ...words: string[]) => ['-c', String(core), ...words]
const server = spawn(
  'taskset',
  onCore(0, process.execPath, join(root, 'bench/support/plain-server.ts')),
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
try {
  const [port] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string]
  const line = ['-z', `${values.seconds}s`, '-c', '50', `http://127.0.0.1:${port.trim()}/`]
  const ours = join(root, 'bin/canary-load-tester.js')
  const rates: { hey: number[]; builtIn: number[] } = { hey: [], builtIn: [] }
  for (let round = 0; round < Number(values.rounds); round++) {
    rates.hey.push(await rate(hey, ...line))
    rates.builtIn.push(await rate(process.execPath, ours, 'hey', ...line))
  }
  const [theirs, own] = [median(rates.hey), median(rates.builtIn)]
  const row = (name: string, all: number[]) => [name, ...all.map((one) => one.toFixed(0))]
  const heads = rates.hey.map((_, index) => `round ${index + 1}`)
  console.log(occasion())
  console.log(
    table([
      ['requests a second', ...heads],
      row('hey', rates.hey),
      row('built-in load', rates.builtIn),
    ]),
  )
  console.log(`built-in: ${((own / theirs) * 100).toFixed(0)} % of hey`)
  if (own < least * theirs) process.exitCode = 1
} finally {
  server.kill()
  await rm(folder, { recursive: true, force: true })
}

async function rate(...words: string[]): Promise<number> {
  const { stdout } = await run('taskset', onCore(1, ...words), {
    env: { ...process.env, GOMAXPROCS: '1' },
  })
  const number = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  if (!(number > 0) || !stdout.includes('[200]')) throw new Error(`no rate in:\n${stdout}`)
  return number
}

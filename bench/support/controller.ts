/** The controller as a process of its own, and what it tells about itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface Controller {
  /** What the process has used so far. */
  usage(): Promise<Usage>
  /**
   * Memory in use, MiB. Where the system tells it, the process is not asked: its metrics of
   * hundreds of canaries, twice a second, were a tenth of what it had to do.
   */
  residentMiB(): Promise<number>
  stop(): Promise<void>
}

export interface Usage {
  residentMiB: number
  /** Milliseconds on any processor, user and system. */
  cpuMs: number
  /** Looks at canaries. */
  ticks: number
  /** Objects that the process holds on its heap, garbage included. */
  heapMiB: number
  /** How much later than planned looks came, in all. */
  lagSeconds: number
  /** How many looks came later than a second. */
  late: number
  /** Requests to the API server by verb and resource, such as `create events`. */
  requests: Record<string, number>
}

const program = fileURLToPath(new URL('../../bin/canary-controller.js', import.meta.url))

/** Starts the bundle, or the sources where there is none; resolves once it works. */
export async function startController(...flags: string[]): Promise<Controller> {
  const common = ['-port=0', '-address=127.0.0.1', '-log-level=info']
  const child = spawn(process.execPath, [program, ...common, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await portOf(child, child.stderr)
  const controller: Controller = {
    async usage() {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
      const text = await answer.text()
      return {
        residentMiB: seriesValue(text, 'process_resident_memory_bytes') / 2 ** 20,
        cpuMs: seriesValue(text, 'process_cpu_seconds_total') * 1000,
        ticks: seriesValue(text, 'flagger_tick_duration_seconds_count'),
        heapMiB: seriesValue(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
        lagSeconds: seriesValue(text, 'flagger_tick_lag_seconds_sum'),
        late:
          seriesValue(text, 'flagger_tick_lag_seconds_count') -
          seriesValue(text, 'flagger_tick_lag_seconds_bucket{le="1"}'),
        requests: requestsOf(text),
      }
    },
    async residentMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
      const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
      return kib === undefined ? (await controller.usage()).residentMiB : Number(kib) / 1024
    },
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
  return controller
}

/** The port of /metrics, from the line that says that it has started. Later lines are dropped. */
function portOf(child: ChildProcess, log: Readable): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let last = ''
  child.once('error', reject)
  child.once('exit', (code) => reject(new Error(`the controller ended with ${code}: ${last}`)))
  createInterface({ input: log }).on('line', (line) => {
    last = line
    const port = /"port":(\d+).*"msg":"started"/.exec(line)?.[1]
    if (port !== undefined) resolve(Number(port))
  })
  return promise
}

function requestsOf(text: string): Record<string, number> {
  const series = /^flagger_api_requests_total\{verb="(\w+)",resource="([^"]*)",.*\} (\d+)$/gm
  const counts: Record<string, number> = {}
  for (const [, verb, resource, count] of text.matchAll(series)) {
    const what = `${verb} ${resource}`
    counts[what] = (counts[what] ?? 0) + Number(count)
  }
  return counts
}

function seriesValue(text: string, series: string): number {
  const start = `\n${series} `
  const at = text.indexOf(start)
  const value = at < 0 ? undefined : text.slice(at + start.length).split('\n', 1)[0]
  if (value === undefined) throw new Error(`/metrics has no ${series}`)
  return Number(value)
}

/**
 * The load of a task, in a thread of its own: hooks and probes are answered however much it sends,
 * and it sends on however many hooks there are.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { systemClock } from '../../../src/io/clock.ts'
import type { LoadPlan } from '../../../src/load/plan.ts'
import type { LoadResult } from '../../../src/load/tally.ts'
import { runLoad } from './run.ts'
import { endpointOf, type Route } from './sender.ts'

/** As far as it can be handed over: an address and a function can't. */
interface Errand {
  isLoadOfTask: true
  plan: Omit<LoadPlan, 'url'>
  url: string
  endpoint: { host: string; port: number }
}

/** As `runLoad`; rejects where there is no thread to be had, or where it dies. */
export function runLoadInThread(
  { url, ...plan }: LoadPlan,
  { signal, to }: Route & { signal: AbortSignal },
): Promise<LoadResult> {
  const endpoint = endpointOf(url, { to })
  const errand: Errand = { isLoadOfTask: true, plan, url: url.href, endpoint }
  const worker = new Worker(new URL(import.meta.url), { workerData: errand })
  const stop = () => worker.postMessage('stop')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return new Promise<LoadResult>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that sent the load ended before it')))
  }).finally(() => signal.removeEventListener('abort', stop))
}

/** In the thread: this file, or the bundle that it is part of, is loaded once more there. */
async function sendFor({ plan, url, endpoint }: Errand, parent: NonNullable<typeof parentPort>) {
  const stopped = new AbortController()
  parent.once('message', () => stopped.abort())
  const result = await runLoad(
    { ...plan, url: new URL(url) },
    { clock: systemClock, signal: stopped.signal, to: () => endpoint },
  )
  parent.postMessage(result)
  parent.close()
}

function isErrand(data: unknown): data is Errand {
  return typeof data === 'object' && data !== null && 'isLoadOfTask' in data
}

if (parentPort && isErrand(workerData)) void sendFor(workerData, parentPort)

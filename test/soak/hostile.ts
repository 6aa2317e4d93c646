/** What somebody may do with the rights of one namespace, to keep a controller from its work. */
import { ProviderError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http } from '../../src/io/http.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import type { SteppedClock } from '../../src/sandbox/stepped/clock.ts'
import { type Place, place } from './places.ts'

const url = 'http://hangs/'
const hook = (type: string) => ({ name: 'hang', type, url, timeout: '24h', retries: 9 })
const metric = (name: string) => ({ name, query: 'hangs', thresholdRange: { min: 1 } })

const alert = (name: string) => ({ name, severity: 'info', providerRef: { name: 'hangs' } })

/** A run that waits for an answer which never comes. */
export const hanging = { webhooks: [hook('rollout'), hook('pre-rollout')] }

/** In turn, by the number of the canary. */
const analyses: readonly object[] = [
  hanging,
  { webhooks: Array.from({ length: 20 }, () => hook('confirm-rollout')) },
  { metrics: Array.from({ length: 200 }, (_, at) => metric(`m${at}`)) },
  { webhooks: [{ ...hook('rollout'), url: 'http://fails/' }], threshold: 1_000_000 },
  { interval: '1s', threshold: 1_000_000, metrics: [] },
  { webhooks: ['event', 'rollback', 'confirm-promotion', 'post-rollout'].map(hook) },
  { alerts: Array.from({ length: 20 }, (_, at) => alert(`a${at}`)), threshold: 1 },
]

/** Where alerts go that nobody takes. */
const receiver = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'AlertProvider',
  metadata: { namespace: 'hostile', name: 'hangs' },
  spec: { type: 'slack', channel: 'x', username: 'x', address: url },
}

/** Somebody does this with one canary again and again; `n` counts how often. */
type Storm = (canary: Place, n: number, store: Store) => unknown

const orders = ['abort', 'retry', 'pause', 'reset', 'restart', 'promote', 'skip-analysis']

const storms: readonly Storm[] = [
  (canary, n) => canary.setImage(`app:${n}`),
  (canary, n) => canary.annotate({ [`flagger.app/${orders[n % orders.length]}`]: `{"id":"${n}"}` }),
  (canary, n) => canary.annotate({ 'example.com/edits': String(n) }),
  ({ canaryRef }, n, store) =>
    store.patch(canaryRef, { spec: { analysis: { threshold: n } } }, { type: 'merge' }),
  ({ target }, n, store) => store.patch(target, { spec: { replicas: n % 4 } }, { type: 'merge' }),
]

/** So many canaries in the namespace `hostile`, all of them of another sort than the next. */
export function givenHostile(store: Store, count: number): Place[] {
  const all = Array.from({ length: count }, (_, at) =>
    place(store, { namespace: 'hostile', name: `hostile-${at}` }, analyses[at % analyses.length]),
  )
  if (count > 0) store.create(receiver)
  return all
}

/** Of every second row of the analyses nothing more is done than to begin a run: it hangs. */
function stormOf(at: number): Storm {
  const row = Math.floor(at / analyses.length)
  const begin: Storm = (canary, n) => n === 1 && canary.setImage('app:2')
  return row % 2 === 0 ? begin : (storms[at % storms.length] ?? begin)
}

/** Every half second each of them is touched; gives the function that ends it. */
export function startStorms(of: { store: Store; clock: SteppedClock }, all: Place[]): () => void {
  let n = 0
  let cancel = () => {}
  const next = () => {
    n += 1
    for (const [at, canary] of all.entries()) stormOf(at)(canary, n, of.store)
    cancel = of.clock.after(500, next)
  }
  next()
  return () => cancel()
}

export interface Outside {
  http: Http
  /** Requests that hung at the busiest time. */
  mostHanging(): number
}

/** Metrics that are well, hooks that pass; and `hangs` and `fails`, which do as they are called. */
export function createOutside(clock: SteppedClock, latencyMs: number): Outside {
  let now = 0
  let most = 0
  return {
    mostHanging: () => most,
    async http({ url, timeoutMs }, signal) {
      const { hostname, searchParams } = new URL(url)
      if (hostname === 'hangs' || searchParams.get('query') === 'hangs') {
        now += 1
        most = Math.max(most, now)
        await pause(clock, timeoutMs, signal)
        now -= 1
        throw new ProviderError('no answer in time')
      }
      await pause(clock, latencyMs, signal)
      const data = { resultType: 'vector', result: [{ metric: {}, value: [0, '100'] }] }
      const status = hostname === 'fails' ? 500 : 200
      return { status, headers: {}, body: JSON.stringify({ status: 'success', data }) }
    },
  }
}

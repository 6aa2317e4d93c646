/** Where users get to, by the objects as they are: the data planes answer, no router is asked. */
import { isReady, kindOf, type Pod } from '../../src/sandbox/simulation/objects.ts'
import { serviceIn } from '../../src/sandbox/traffic/endpoints.ts'
import type { UserRequest } from '../../src/sandbox/traffic/plane.ts'
import { roadTo } from '../../src/sandbox/traffic/roads.ts'
import { home } from './objects.ts'
import type { World } from './world.ts'

export interface Sight {
  /** Of 100 users without a mark, and of 100 with it, how many reach each workload. */
  plain: ReadonlyMap<string, number>
  marked: ReadonlyMap<string, number>
  /** Workloads with a pod that is ready. */
  ready: ReadonlySet<string>
}

/** Nobody takes the request. */
export const lost = 'nobody'
/** There is no Service of the name that users call. */
export const unserved = 'no Service'

const behind: Readonly<Record<string, string>> = {
  'app-primary': 'primary',
  'app-canary': 'target',
}

export function look({ store }: Pick<World, 'store'>): Sight {
  const called = { namespace: home, service: 'app' }
  const { road } = roadTo(store, called, { meshProvider: 'istio' })
  const { selector } = serviceIn(store, home, 'app')?.spec ?? {}
  // Whoever it selects, ready or not: that is where users are led.
  const selected = selector?.app === 'app-primary' ? 'primary' : 'target'
  const apex = selector ? selected : unserved
  const reached = (headers: Record<string, string>) => {
    const request: UserRequest = { method: 'GET', path: '/', headers }
    const counts = new Map<string, number>()
    for (let at = 0; at < 100; at++) {
      const { service } = road(request, spread(at))
      const to = service === undefined ? lost : (behind[service] ?? apex)
      counts.set(to, (counts.get(to) ?? 0) + 1)
    }
    return counts
  }
  return { plain: reached({}), marked: reached({ 'x-beta': 'yes' }), ready: readyIn(store) }
}

/** By the pods: a Service of theirs may be missing for a moment, with nobody led to it. */
function readyIn(store: World['store']): Set<string> {
  const ready = new Set<string>()
  for (const pod of store.list<Pod>(kindOf.pod, { namespace: home }))
    if (isReady(pod)) ready.add(pod.metadata.labels?.app === 'app-primary' ? 'primary' : 'target')
  return ready
}

/** The first number is the place of one user among a hundred; what follows is the same for all. */
function spread(at: number): () => number {
  let next = (at + 0.5) / 100
  return () => {
    const given = next
    next = 0.5
    return given
  }
}

export function shareOf(to: string, { plain, marked }: Sight): number {
  return Math.max(plain.get(to) ?? 0, marked.get(to) ?? 0)
}

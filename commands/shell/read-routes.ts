/** The routes of a canary, as its router reads them from the cluster. */

import { InvalidSpecError } from '../../src/errors.ts'
import { type Find, type KubeObject, type ObjectRef, refKey } from '../../src/objects.ts'
import type { AsHandled } from '../../src/report/as-handled.ts'
import type { Seen } from '../../src/report/report.ts'
import { type Routes, usualSettings } from '../../src/routers/router.ts'
import type { Reader } from './reader.ts'

interface RouteFindings {
  routes?: Routes | undefined
  route?: Seen['route']
  problem?: string
}

type Handled = Pick<AsHandled, 'canary' | 'settings'>

/** Asks the router, and reads what it looks for until it has all it asks for. */
export async function readRoutes(handled: Handled, read: Reader): Promise<RouteFindings> {
  const asked = await routerOf(handled)
  // The status tells what is in another cluster.
  if (!asked) return {}
  const { router, of } = asked
  // Without routes to move, such as on plain Kubernetes, users only ever reach the primary.
  if (!router.abilities(of).weights) return { routes: { primary: 100, canary: 0, mirrored: false } }
  const refs = router
    .reads({ ...of, find: () => undefined })
    .filter(({ kind }) => kind === 'VirtualService')
  for (const ref of refs) void read(ref)
  const { answer, found, problem } = await inRounds((find) => router.routes({ ...of, find }), read)
  if (problem !== undefined) return { problem }
  return found ? { routes: answer, route: routeAmong(found) } : {}
}

/**
 * What a person types to take all traffic off the canary, each as the words after `kubectl -n
 * NAMESPACE`; undefined where the routing objects can't be read.
 */
export async function readByHand(handled: Handled, read: Reader): Promise<string[][] | undefined> {
  const asked = await routerOf(handled)
  if (!asked) return undefined
  const { router, of } = asked
  if (!router.abilities(of).weights) return []
  const { byHand } = await import('../../src/routers/by-hand.ts')
  // Of the target's pods nothing is in what moves traffic.
  const facts = {
    selectorKey: 'app',
    selectorValue: of.canary.targetName,
    discoveredPorts: [],
    targetLabels: {},
    primaryLabels: {},
  }
  const { answer } = await inRounds((find) => {
    const live = router.routes({ ...of, find })
    return live && byHand(router, { ...of, facts, find }, live)
  }, read)
  return answer
}

async function routerOf({ canary, settings: told }: Handled) {
  if (told.routesElsewhere) return undefined
  const { routerFor } = await import('../../src/routers/index.ts')
  const { ingressAnnotationsPrefix } = usualSettings
  const settings = {
    ...usualSettings,
    ingressAnnotationsPrefix: told.ingressAnnotationsPrefix || ingressAnnotationsPrefix,
  }
  return { router: routerFor(canary.provider), of: { canary, settings } }
}

/** Each answer may lead to further objects; no router asks more than that many times. */
const mostRounds = 4

interface Rounds<T> {
  answer?: T | undefined
  /** What was read, where that was all that is asked for. */
  found?: Map<string, KubeObject | undefined>
  problem?: string
}

async function inRounds<T>(ask: (find: Find) => T | undefined, read: Reader): Promise<Rounds<T>> {
  const found = new Map<string, KubeObject | undefined>()
  for (let round = 0; round < mostRounds; round++) {
    const missing: ObjectRef[] = []
    const find = <K extends KubeObject>(ref: ObjectRef): K | undefined => {
      if (!found.has(refKey(ref))) missing.push(ref)
      // What was read under a reference has the type that the reference names.
      return found.get(refKey(ref)) as K | undefined
    }
    try {
      const answer = ask(find)
      if (missing.length === 0) return { answer, found }
    } catch (error) {
      if (missing.length === 0) {
        if (error instanceof InvalidSpecError) return { problem: error.message }
        throw error
      }
    }
    for (const ref of missing) found.set(refKey(ref), await read(ref))
  }
  return {}
}

function routeAmong(found: Map<string, KubeObject | undefined>): Seen['route'] {
  const object = [...found.values()].find(
    (one) => one !== undefined && one.kind !== 'Service' && one.kind !== 'DestinationRule',
  )
  return (
    object && {
      kind: object.kind,
      name: object.metadata.name,
      createdAt: object.metadata.creationTimestamp,
    }
  )
}

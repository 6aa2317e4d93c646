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

/** Asks the router, and reads what it looks for until it has all it asks for. */
export async function readRoutes(
  { canary, settings: told }: Pick<AsHandled, 'canary' | 'settings'>,
  read: Reader,
): Promise<RouteFindings> {
  // The status tells what is in another cluster.
  if (told.routesElsewhere) return {}
  const { routerFor } = await import('../../src/routers/index.ts')
  const router = routerFor(canary.provider)
  const { ingressAnnotationsPrefix } = usualSettings
  const settings = {
    ...usualSettings,
    ingressAnnotationsPrefix: told.ingressAnnotationsPrefix || ingressAnnotationsPrefix,
  }
  // Without routes to move, such as on plain Kubernetes, users only ever reach the primary.
  if (!router.abilities({ canary, settings }).weights)
    return { routes: { primary: 100, canary: 0, mirrored: false } }
  const refs = router
    .reads({ canary, settings, find: () => undefined })
    .filter(({ kind }) => kind === 'VirtualService')
  for (const ref of refs) void read(ref)
  return inRounds((find) => router.routes({ canary, find, settings }), read)
}

/** Each answer may lead to further objects; no router asks more than that many times. */
const mostRounds = 4

async function inRounds(
  ask: (find: Find) => Routes | undefined,
  read: Reader,
): Promise<RouteFindings> {
  const found = new Map<string, KubeObject | undefined>()
  for (let round = 0; round < mostRounds; round++) {
    const missing: ObjectRef[] = []
    const find = <T extends KubeObject>(ref: ObjectRef): T | undefined => {
      if (!found.has(refKey(ref))) missing.push(ref)
      // What was read under a reference has the type that the reference names.
      return found.get(refKey(ref)) as T | undefined
    }
    try {
      const routes = ask(find)
      if (missing.length === 0) return { routes, route: routeAmong(found) }
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

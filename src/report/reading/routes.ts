/** The routes of a canary, as its router reads them from the cluster. */
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { type Routes, usualSettings } from '../../routers/router.ts'
import { plainFacts } from '../../workloads/plain-facts.ts'
import type { AsHandled } from '../as-handled.ts'
import type { Seen } from '../report.ts'
import type { Permitted } from './permitted.ts'
import { inRounds } from './rounds.ts'

interface RouteFindings {
  routes?: Routes | undefined
  route?: Seen['route']
  problem?: string
}

type Handled = Pick<AsHandled, 'canary' | 'settings'>

/** Asks the router, and reads what it looks for until it has all it asks for. */
export async function readRoutes(handled: Handled, reader: Permitted): Promise<RouteFindings> {
  const asked = await providerOf(handled)
  // The status tells what is in another cluster.
  if (!asked) return {}
  const { provider, of } = asked
  const { router, kinds } = provider
  // Without routes to move, such as on plain Kubernetes, users only ever reach the primary.
  if (!router.abilities(of).weights) return { routes: { primary: 100, canary: 0, mirrored: false } }
  const { answer, found, problem } = await inRounds(
    (find) => router.routes({ ...of, find }),
    reader,
  )
  // What could not be read is neither missing nor wrong.
  if (kinds.some(({ kind }) => reader.hidden.has(kind))) return {}
  if (problem !== undefined) return { problem }
  return found ? { routes: answer, route: routeAmong(found, kinds) } : {}
}

/**
 * What a person types to take all traffic off the canary, each as the words after `kubectl -n
 * NAMESPACE`; undefined where the routing objects can't be read.
 */
export async function readByHand(
  handled: Handled,
  reader: Permitted,
): Promise<string[][] | undefined> {
  const asked = await providerOf(handled)
  if (!asked) return undefined
  const { of } = asked
  const { router } = asked.provider
  if (!router.abilities(of).weights) return []
  const { byHand } = await import('../../routers/derived/by-hand.ts')
  // Of the target's pods nothing is in what moves traffic.
  const facts = plainFacts(of.canary.targetName)
  const { answer } = await inRounds((find) => {
    const live = router.routes({ ...of, find })
    return live && byHand(router, { ...of, facts, find }, live)
  }, reader)
  return answer
}

async function providerOf({ canary, settings: told }: Handled) {
  if (told.routesElsewhere) return undefined
  const { providerFor } = await import('../../routers/index.ts')
  const { ingressAnnotationsPrefix } = usualSettings
  const settings = {
    ...usualSettings,
    ingressAnnotationsPrefix: told.ingressAnnotationsPrefix || ingressAnnotationsPrefix,
  }
  return { provider: providerFor(canary.provider), of: { canary, settings } }
}

/** The first that the router asked for and the cluster has, of what is the provider's own. */
function routeAmong(
  found: Map<string, KubeObject | undefined>,
  kinds: readonly ResourceKind[],
): Seen['route'] {
  const object = [...found.values()].find((one) => kinds.some(({ kind }) => kind === one?.kind))
  return (
    object && {
      kind: object.kind,
      name: object.metadata.name,
      createdAt: object.metadata.creationTimestamp,
    }
  )
}

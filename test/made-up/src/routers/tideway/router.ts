import type { Canary } from '../../canary/canary.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { routeMetadata } from '../metadata.ts'
import { rememberOriginal, restoreRoute } from '../original.ts'
import { accepted, type Router } from '../router.ts'
import { routesOf } from '../weighted/weights.ts'

interface Side {
  service?: string
  share?: number
}

interface Tide extends KubeObject {
  spec?: { sides?: Side[] }
}

export const tideway: Router = {
  abilities: () => ({
    weights: true,
    match: false,
    mirror: false,
    mirrorWeight: false,
    sessionAffinity: false,
  }),

  reads: ({ canary }) => [tideRef(canary)],

  routes({ canary, find }) {
    const found = find<Tide>(tideRef(canary))
    const { names } = canary
    const primary = shareOf(found, names.primary)
    const toCanary = shareOf(found, names.canary)
    if (primary === undefined || toCanary === undefined) return undefined
    const remedy = 'give one of its sides a share'
    return routesOf(primary, toCanary, `tide ${names.apex} has no shares; ${remedy}`)
  },

  accepted: () => accepted,

  render(context, routes) {
    const { canary, find } = context
    const ref = tideRef(canary)
    const found = find<Tide>(ref)
    const isNew = found && shareOf(found, canary.names.primary) === undefined
    const annotations = isNew ? rememberOriginal(found, found.spec) : {}
    const sides = [
      { service: canary.names.primary, share: routes.primary },
      { service: canary.names.canary, share: routes.canary },
    ]
    const kept = Object(found?.spec) as object
    const tide: Tide = {
      ...found,
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: routeMetadata(context, { name: ref.name, found, annotations }),
      spec: { ...(Array.isArray(kept) ? {} : kept), sides },
    }
    return [tide]
  },

  restore: (context) => restoreRoute(context, tideRef(context.canary)),
}

function tideRef({ namespace, names }: Canary): ObjectRef {
  return { apiVersion: 'tideway.example.com/v1', kind: 'Tide', namespace, name: names.apex }
}

/** Undefined for a side that is not there, or that somebody spoiled. */
function shareOf(tide: Tide | undefined, service: string): number | undefined {
  const sides: unknown = tide?.spec?.sides
  if (!Array.isArray(sides)) return undefined
  const side = sides.find((one: Side | null) => one?.service === service) as Side | undefined
  return typeof side?.share === 'number' ? side.share : undefined
}

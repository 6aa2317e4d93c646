/** AWS App Mesh: nodes for primary and canary, and a router between them. */
import { InvalidSpecError } from '../../errors.ts'
import { fieldsWithoutEffect } from '../ignored.ts'
import { apexReads, type Specified } from '../metadata.ts'
import { restoreRoute, specBefore, together } from '../original.ts'
import { list } from '../reading.ts'
import { accepted, type Router, type RouterContext } from '../router.ts'
import { renderedOrWithdrawn } from '../withdrawal.ts'
import { appMeshAccepted } from './acceptance.ts'
import { entrances } from './entrances.ts'
import { testHeaders } from './match.ts'
import { virtualNodes } from './nodes.ts'
import { readRouted, unknownRetryEvents, withdrawn } from './routes.ts'
import { appMeshRefs, routedRef, versionOf } from './version.ts'

export const appMesh: Router = {
  abilities({ canary }) {
    const match = (testHeaders(canary.analysis.match) ?? []).length > 0
    return {
      weights: true,
      match,
      mirror: false,
      mirrorWeight: false,
      sessionAffinity: false,
      // A pod gets its sidecar only where a VirtualNode is there when it starts.
      comesBeforePods: true,
    }
  },

  reads: ({ canary }) => [...appMeshRefs(canary), ...apexReads(canary)],

  routes({ canary, find }) {
    const found = find<Specified>(routedRef(canary, 'apex'))
    return found && readRouted(canary, found)
  },

  accepted({ canary, find }) {
    const said = appMeshRefs(canary).flatMap((ref) => {
      const found = find<Specified>(ref)
      return found ? [appMeshAccepted(found)] : []
    })
    return said.find(({ state }) => state === 'pending') ?? accepted
  },

  render(context, routes) {
    const { canary, find } = context
    return renderedOrWithdrawn({
      wanted: routes,
      found: find<Specified>(routedRef(canary, 'apex')),
      render() {
        assertMesh(context)
        return [...virtualNodes(context), ...entrances(context, routes)]
      },
      live: (routed) => readRouted(canary, routed),
      withdrawn: (routed) => [withdrawn(canary, routed)],
    })
  },

  /** What callers name goes first. */
  restore: (context) =>
    together(
      appMeshRefs(context.canary)
        .reverse()
        .map((ref) => restoreRoute(context, ref)),
    ),

  warnings,
}

function assertMesh({ canary }: RouterContext): void {
  if (versionOf(canary) !== 'v1beta1' || canary.spec.service?.meshName) return
  throw new InvalidSpecError(
    `mesh name cannot be empty: set spec.service.meshName of canary ${canary.label} to the name of ` +
      'its Mesh',
  )
}

function warnings({ canary, find }: RouterContext): string[] {
  const { targetPort } = canary.spec.service ?? {}
  const isNamed = typeof targetPort === 'string' && versionOf(canary) === 'v1beta2'
  const events = unknownRetryEvents(canary)
  const at = `canary ${canary.label}: spec.service`
  const by = `with provider ${canary.provider}`
  const ref = routedRef(canary, 'apex')
  const found = find<Specified>(ref)
  const lost = list((found && specBefore(found))?.routes)
  return [
    ...fieldsWithoutEffect(canary, ['rewrite', 'headers', 'corsPolicy', 'mirror']),
    ...(isNamed
      ? [
          `${at}.targetPort ${targetPort} is no number, and the port is used ${by}; ` +
            'set the number that the container listens at',
        ]
      : []),
    ...(events.length > 0
      ? [`${at}.retries.retryOn: ${events.join(', ')} has no effect ${by}; remove it`]
      : []),
    ...(lost.length > 0
      ? [
          `${ref.kind} ${ref.name}: its own routes no longer apply; they come back when the ` +
            'Canary is deleted with revertOnDeletion',
        ]
      : []),
  ]
}

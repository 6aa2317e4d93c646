/** What callers in the mesh name: a VirtualService for the apex, and one for the canary alone. */
import type { Canary } from '../../canary/canary.ts'
import { routeMetadata, type Specified, type Texts } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import { type Fields, record } from '../reading.ts'
import type { RouterContext, Routes } from '../router.ts'
import { portMapping } from './nodes.ts'
import { isTaken, routesFor } from './routes.ts'
import { appMeshRef, type Entrance, routedRef, versionOf } from './version.ts'

const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

/** Routers of the second version come before the VirtualServices that name them. */
export function entrances(context: RouterContext, routes: Routes): Specified[] {
  const routed = [routedObject(context, 'apex', routes), routedObject(context, 'canary', toCanary)]
  if (versionOf(context.canary) === 'v1beta1') return routed
  return [...routed, virtualService(context, 'apex'), virtualService(context, 'canary')]
}

function routedObject(context: RouterContext, entrance: Entrance, routes: Routes): Specified {
  const { canary, find } = context
  const { apiVersion, kind, name } = routedRef(canary, entrance)
  const found = find<Specified>(routedRef(canary, entrance))
  const isFirst = versionOf(canary) === 'v1beta1'
  const memory = found && !isTaken(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: { annotations: isFirst ? gatewayAnnotations(canary, entrance) : {} },
    annotations: memory,
  })
  const listeners = [{ portMapping: portMapping(context) }]
  const own: Fields = isFirst
    ? {
        meshName: canary.spec.service?.meshName,
        virtualRouter: {
          ...record(found?.spec?.virtualRouter),
          name: canary.names[entrance],
          listeners,
        },
      }
    : { listeners }
  const spec = { ...found?.spec, ...own, routes: routesFor(canary, entrance, routes) }
  return { ...found, apiVersion, kind, metadata, spec }
}

function virtualService(context: RouterContext, entrance: Entrance): Specified {
  const { canary, find } = context
  const ref = appMeshRef(canary, 'service', canary.names[entrance])
  const { apiVersion, kind, name } = ref
  const found = find<Specified>(ref)
  const provider = { virtualRouter: { virtualRouterRef: { name } } }
  const isOurs = JSON.stringify(found?.spec?.provider) === JSON.stringify(provider)
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: { annotations: gatewayAnnotations(canary, entrance) },
    annotations: isOurs ? {} : rememberOriginal(found, found?.spec),
  })
  return { ...found, apiVersion, kind, metadata, spec: { ...found?.spec, provider } }
}

/** Read by the gateway of App Mesh; of the apex only, where the Canary has hosts. */
function gatewayAnnotations({ spec }: Canary, entrance: Entrance): Texts {
  const { hosts = [], timeout, retries } = spec.service ?? {}
  if (entrance === 'canary' || hosts.length === 0) return {}
  const { attempts = 0 } = retries ?? {}
  return {
    'gateway.appmesh.k8s.aws/expose': 'true',
    'gateway.appmesh.k8s.aws/domain': hosts.map((host) => `${host},`).join(''),
    ...(timeout && { 'gateway.appmesh.k8s.aws/timeout': timeout }),
    ...(attempts > 0 && { 'gateway.appmesh.k8s.aws/retries': `${attempts}` }),
  }
}

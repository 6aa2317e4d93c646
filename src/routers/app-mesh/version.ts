/** The two versions of App Mesh's API, and the objects that each has. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind, type ResourceKind } from '../../resource-kind.ts'

export type AppMeshVersion = 'v1beta1' | 'v1beta2'

/** Which version a provider string means. */
export function versionOf({ provider }: Pick<Canary, 'provider'>): AppMeshVersion {
  return provider.startsWith('appmesh:v1beta2') ? 'v1beta2' : 'v1beta1'
}

const kindsOf = (version: AppMeshVersion) => {
  const kind = (name: string, plural: string) =>
    namespacedKind(`appmesh.k8s.aws/${version}`, name, plural)
  return {
    node: kind('VirtualNode', 'virtualnodes'),
    router: kind('VirtualRouter', 'virtualrouters'),
    service: kind('VirtualService', 'virtualservices'),
  }
}

const [first, second] = [kindsOf('v1beta1'), kindsOf('v1beta2')]

/** Of the first version the router stands in the VirtualService. */
export const appMeshKinds: readonly ResourceKind[] = [
  first.node,
  first.service,
  second.node,
  second.router,
  second.service,
]

export type AppMeshKind = keyof typeof first

/** An object of App Mesh, in the version that the provider of the Canary means. */
export function appMeshRef(canary: Canary, kind: AppMeshKind, name: string): ObjectRef {
  const kinds = versionOf(canary) === 'v1beta1' ? first : second
  const { apiVersion, kind: kindName } = kinds[kind]
  return { apiVersion, kind: kindName, namespace: canary.namespace, name }
}

/** A side of which the users of a VirtualService are sent to one of the nodes. */
export type Entrance = 'apex' | 'canary'

/** The object that has the routes. */
export function routedRef(canary: Canary, entrance: Entrance): ObjectRef {
  const name = canary.names[entrance]
  return versionOf(canary) === 'v1beta1'
    ? appMeshRef(canary, 'service', `${name}.${canary.namespace}`)
    : appMeshRef(canary, 'router', name)
}

/** Every object of the canary, nodes first. */
export function appMeshRefs(canary: Canary): ObjectRef[] {
  const { apex, primary, canary: ofCanary } = canary.names
  const isFirst = versionOf(canary) === 'v1beta1'
  const nodes = isFirst ? [apex, primary, ofCanary] : [primary, ofCanary]
  return [
    ...nodes.map((name) => appMeshRef(canary, 'node', name)),
    routedRef(canary, 'apex'),
    routedRef(canary, 'canary'),
    ...(isFirst ? [] : [apex, ofCanary].map((name) => appMeshRef(canary, 'service', name))),
  ]
}

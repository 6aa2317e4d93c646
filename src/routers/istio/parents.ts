/** The Gateways that lead requests to the VirtualService. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import type { Parent } from '../router.ts'
import { virtualServiceRef } from './virtual-service.ts'

/** `mesh` is every sidecar, and no object. */
export function parentsOf(canary: Canary): Parent[] {
  const { gateways = [] } = canary.spec.service ?? {}
  return gateways.map((gateway) => {
    const field = 'spec.service.gateways'
    return gateway === 'mesh' ? { field } : { field, ref: gatewayRef(canary, gateway) }
  })
}

/** `NAMESPACE/NAME`, the older `NAME.NAMESPACE.svc.…`, or a name alone: one of the same namespace. */
function gatewayRef(canary: Canary, gateway: string): ObjectRef {
  const { apiVersion, namespace: own = '' } = virtualServiceRef(canary)
  const at = (namespace: string, name: string): ObjectRef => {
    return { apiVersion, kind: 'Gateway', namespace, name }
  }
  const [before = '', after] = gateway.split('/')
  if (after !== undefined) return at(before === '.' ? own : before, after)
  const [name = '', of = own] = gateway.split('.')
  return at(of, name)
}

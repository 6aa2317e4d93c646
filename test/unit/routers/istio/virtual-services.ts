/** VirtualServices as they are written, and as they are wanted. */
import type { KubeObject } from '../../../../src/objects.ts'
import type { HttpRule } from '../../../../src/routers/istio/http-rules.ts'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }

export const split: Routes = { primary: 90, canary: 10, mirrored: false }

export function virtualService(of: ContextOf, routes: Routes = toPrimary): Specified {
  const objects = istio.render(contextOf(of), routes)
  const found = objects.find(({ kind }) => kind === 'VirtualService')
  if (!found) throw new Error('no VirtualService was rendered')
  return found
}

export const rulesOf = (of: ContextOf, routes: Routes) =>
  virtualService(of, routes).spec?.http as HttpRule[]

export const vs = (
  spec: Record<string, unknown>,
  metadata: Partial<KubeObject['metadata']> = {},
) => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'VirtualService',
  metadata: { name: 'podinfo', namespace: 'test', ...metadata },
  spec,
})

export const toHost = (host: string, weight?: number) => ({ destination: { host }, weight })

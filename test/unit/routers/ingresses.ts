/** Ingresses and their copies, for the tests of the routers that make these. */
import type { Ingress } from '../../../src/routers/ingress.ts'
import type { Router, Routes } from '../../../src/routers/router.ts'
import { type ContextOf, contextOf, fixtures } from '../../conformance/routers/fixtures.ts'

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
export const split: Routes = { primary: 90, canary: 10, mirrored: false }

/** The fixture of a provider, and what its router makes of it. */
export function ingressesOf(provider: string, router: Router) {
  const { spec = {}, cluster = [] } = fixtures[provider] ?? {}
  const user = cluster[0] as Ingress
  const contextFor = (of: ContextOf = {}) => contextOf({ provider, spec, cluster, ...of })
  return {
    spec,
    cluster,
    user,
    contextFor,
    rendered(of: ContextOf = {}, routes: Routes = toPrimary): Ingress {
      const [ingress] = router.render(contextFor(of), routes)
      if (!ingress) throw new Error('no Ingress was rendered')
      // These routers make nothing else.
      return ingress as Ingress
    },
    withAnnotations: (annotations: Record<string, string>): Ingress => ({
      ...user,
      metadata: { ...user.metadata, annotations },
    }),
  }
}

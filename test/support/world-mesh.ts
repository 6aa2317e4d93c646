/** Routing objects in the simulated world: what a real router renders, and reads back. */

import type { CanarySpec, ProviderName } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import type { Router, RouterContext, Routes } from '../../src/routers/router.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import { fixtures } from '../conformance/routers/fixtures.ts'
import { findIn } from './find.ts'
import type { World } from './world.ts'

export interface Mesh {
  router: Router
  objects: KubeObject[]
}

/** The mesh of a provider, with the user's objects that it builds on. */
export function meshOf(provider: string): Mesh {
  return { router: routerFor(provider), objects: moved(fixtures[provider]?.cluster ?? []) }
}

/** What a Canary says for the provider, but for its target and its analysis. */
export function specFor(provider: ProviderName): Partial<CanarySpec> {
  return { provider, ...moved(fixtures[provider]?.spec ?? {}) }
}

/** Fixtures are of podinfo.test, and the world is of checkout.shop. */
function moved<T>(of: T): T {
  const text = JSON.stringify(of).replaceAll('podinfo', 'checkout').replaceAll('"test"', '"shop"')
  return JSON.parse(text) as T
}

export function contextIn({ objects }: Mesh, canary: Canary): RouterContext {
  return {
    canary,
    facts: plainFacts('checkout'),
    find: findIn(objects),
    settings: {
      ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
      ingressClass: '',
      ownRoutes: true,
    },
  }
}

export function readMesh(mesh: Mesh, canary: Canary): Routes | { unreadable: string } | undefined {
  try {
    return mesh.router.routes(contextIn(mesh, canary))
  } catch (error) {
    if (error instanceof InvalidSpecError) return { unreadable: error.message }
    throw error
  }
}

/** False when the router refuses; throws when it reads other routes than it wrote. */
export function writeMesh(world: World, routes: Routes): boolean {
  const { mesh, resource } = world
  if (!mesh || !resource) return true
  const defaults = { meshProvider: 'istio', metricsServer: '' }
  const { canary } = parseCanary(structuredClone(resource), defaults)
  try {
    const written = mesh.router.render(contextIn(mesh, canary), routes)
    const all = [...mesh.objects, ...written].map(
      (object) => [refKey(refOf(object)), object] as const,
    )
    mesh.objects = [...new Map(all).values()]
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    world.log.events.push(`W ${error.message}`)
    return false
  }
  if (world.abilities.weights) assertSame(readMesh(mesh, canary), routes)
  return true
}

function assertSame(read: unknown, { primary, canary, mirrored, mirrorWeight }: Routes): void {
  const is = Object(read) as Partial<Routes>
  const isSame = is.primary === primary && is.canary === canary && is.mirrored === mirrored
  if (isSame && (mirrorWeight === undefined || is.mirrorWeight === mirrorWeight)) return
  const wrote = JSON.stringify({ primary, canary, mirrored, mirrorWeight })
  throw new Error(`wrote ${wrote}, and read ${JSON.stringify(read)}`)
}

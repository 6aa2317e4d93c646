/** Canaries of both versions of App Mesh, and what is written for them. */
import type { CanaryService } from '../../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { appMesh } from '../../../../src/routers/app-mesh/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }

export const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }

export const step: Routes = { primary: 60, canary: 40, mirrored: false }

export type Provider = 'appmesh' | 'appmesh:v1beta2'

export interface Given extends ContextOf {
  provider: Provider
  service?: Partial<CanaryService>
}

export const first: Given = { provider: 'appmesh', service: { meshName: 'global' } }

export const second: Given = { provider: 'appmesh:v1beta2' }

export const contextWith = ({ service, ...of }: Given, cluster: KubeObject[] = []) =>
  contextOf({ spec: { service: { port: 80, ...service } }, ...of, cluster })

/** The objects by kind and name. */
export function rendered(given: Given, routes: Routes, cluster: KubeObject[] = []) {
  const objects = appMesh.render(contextWith(given, cluster), routes) as Specified[]
  const byName = new Map(objects.map((one) => [`${one.kind}/${one.metadata.name}`, one]))
  return { objects, names: [...byName.keys()], of: (name: string) => byName.get(name) }
}

export const withService = (given: Given, service: Partial<CanaryService>): Given => ({
  ...given,
  service: { ...given.service, ...service },
})

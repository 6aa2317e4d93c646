/** What was made for a provider or an autoscaler that the Canary does not name any more. */
import type { Canary } from '../../src/canary/canary.ts'
import { isMadeFor } from '../../src/canary/names/ownership.ts'
import { formers } from '../../src/canary/status/served-by.ts'
import { type Find, type ObjectRef, type Restoration, refOf } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import { isOwnedBy } from '../../src/routers/metadata.ts'
import type { RouterSettings } from '../../src/routers/router.ts'
import { serviceReads } from '../../src/routers/services/services.ts'
import { scalerFor } from '../../src/scalers/index.ts'
import type { WorkloadSettings } from '../../src/workloads/workload.ts'
import type { Scene } from '../tick/scene.ts'

interface Reading {
  find: Find
  settings: { routers: RouterSettings; workloads: WorkloadSettings }
}

/** Every object that `formerRestorations` looks up; none where nothing changed. */
export function formerReads(canary: Canary, { find, settings }: Reading): ObjectRef[] {
  return formers(canary).flatMap((former) => [
    ...routerFor(former.provider).reads({ canary: former, find, settings: settings.routers }),
    ...scalerReads({ canary: former, find, settings: settings.workloads }),
    ...serviceReads(former),
  ])
}

/** Routes as they were before they were led, and generated objects gone, but for what is in use. */
export function formerRestorations(scene: Scene): Restoration[] {
  return formers(scene.routerContext.canary).map((former) => restorationOf(former, scene))
}

function restorationOf(
  former: Canary,
  { router, routerContext, workloadContext }: Scene,
): Restoration {
  const { find, canary } = routerContext
  const now = [...router.reads(routerContext), ...scalerReads(workloadContext)]
  const inUse = [...now, ...serviceReads(canary)].map(placeOf)
  const isFree = (ref: ObjectRef) => !inUse.includes(placeOf(ref))
  const routes = routerFor(former.provider).restore({ ...routerContext, canary: former })
  const copies = scalerReads({ ...workloadContext, canary: former }).filter((ref) => {
    const found = find(ref)
    return found !== undefined && ref.name.endsWith('-primary') && isMadeFor(found, canary)
  })
  return {
    write: routes.write.filter((object) => isFree(refOf(object))),
    remove: [...routes.remove, ...copies, ...formerServices(former, canary, find)].filter(isFree),
  }
}

/**
 * Those that only routes lead to. What users call by the name of before goes on leading to the
 * primary: who still calls it must not be cut off without a word.
 */
function formerServices(former: Canary, canary: Canary, find: Find): ObjectRef[] {
  return serviceReads(former).filter((ref) => {
    const found = find(ref)
    return ref.name !== former.names.apex && found !== undefined && isOwnedBy(found, canary)
  })
}

function scalerReads(of: { canary: Canary; find: Find; settings: WorkloadSettings }): ObjectRef[] {
  return scalerFor(of.canary)?.reads(of) ?? []
}

/** One object has one place, whatever the version in which it is read. */
function placeOf({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return [apiVersion.replace(/\/.*/, ''), kind, namespace, name].join('/')
}

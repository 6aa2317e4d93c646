/** Which resources are served at this moment: the built-in ones and those of the CRDs. */
import { builtinResources } from './builtin/resources.ts'
import { apiVersionOf, type Resource, storageOf } from './resource.ts'

export interface Registry {
  /** The resource at `/apis/GROUP/VERSION/PLURAL`. */
  at(group: string, version: string, plural: string): Resource | undefined
  /** The resource of a kind in one version, such as `apps/v1` and `Deployment`. */
  ofKind(apiVersion: string, kind: string): Resource | undefined
  /** Any version of the resource in a storage. */
  inStorage(storage: string): Resource | undefined
  /** Every resource, the built-in ones first. */
  all(): Resource[]
  /** Replaces what one CRD declares; an empty list takes it away. */
  declare(crd: string, resources: Resource[]): void
}

/** Has the built-in resources, until CRDs are declared. */
export function createRegistry(): Registry {
  const declared = new Map<string, Resource[]>()
  let served: Resource[] = [...builtinResources]
  let byKind = new Map<string, Resource>()
  let byPath = new Map<string, Resource>()
  let byStorage = new Map<string, Resource>()

  function index(): void {
    served = [...builtinResources, ...[...declared.values()].flat()]
    byKind = new Map(served.map((one) => [`${apiVersionOf(one)} ${one.kind}`, one]))
    byPath = new Map(served.map((one) => [`${apiVersionOf(one)}/${one.plural}`, one]))
    // Later entries win, so the storage version comes last.
    const ordered = served.toSorted((a, b) => Number(isStorage(a)) - Number(isStorage(b)))
    byStorage = new Map(ordered.map((one) => [storageOf(one), one]))
  }

  index()
  return {
    at: (group, version, plural) => byPath.get(`${apiVersionOf({ group, version })}/${plural}`),
    ofKind: (apiVersion, kind) => byKind.get(`${apiVersion} ${kind}`),
    inStorage: (storage) => byStorage.get(storage),
    all: () => served,
    declare(crd, resources) {
      if (resources.length > 0) declared.set(crd, resources)
      else declared.delete(crd)
      index()
    },
  }
}

function isStorage({ custom }: Resource): boolean {
  return custom?.storage ?? true
}

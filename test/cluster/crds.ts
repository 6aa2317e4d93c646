import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { type Api, ApiError } from './control-plane/api.ts'

/** As much of a CustomResourceDefinition as installing one needs. */
export interface Crd extends KubeObject {
  spec: {
    group: string
    scope: string
    names: { plural: string; kind: string }
    versions: { name: string; served: boolean }[]
  }
}

const collection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** The project's own definitions, from `crds/`. */
export function ownCrds(): Promise<Crd[]> {
  return crdsIn(path.join(import.meta.dirname, '../../crds'))
}

/** Every definition in a YAML file, or in the YAML files of a folder. */
export async function crdsIn(file: string): Promise<Crd[]> {
  if (/\.ya?ml$/.test(file)) return crdsOf(await readFile(file, 'utf8'))
  const names = (await readdir(file)).filter((name) => /\.ya?ml$/.test(name)).sort()
  return (await Promise.all(names.map((name) => crdsIn(path.join(file, name))))).flat()
}

function crdsOf(text: string): Crd[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Crd | null)
  return objects.filter((object) => object?.kind === 'CustomResourceDefinition') as Crd[]
}

/**
 * Creates definitions and waits until the server serves their kinds. One that is there already is
 * replaced, or left as it is with `keepExisting`.
 */
export async function installCrds(
  api: Api,
  crds: readonly Crd[],
  { keepExisting = false } = {},
): Promise<void> {
  await Promise.all(crds.map((crd) => install(api, crd, keepExisting)))
  await Promise.all(crds.map((crd) => served(api, crd)))
}

async function install(api: Api, crd: Crd, keepExisting: boolean): Promise<void> {
  try {
    await api.request('POST', collection, crd)
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error
    if (keepExisting) return
    const url = `${collection}/${crd.metadata.name}`
    const { metadata } = await api.request<Crd>('GET', url)
    const { resourceVersion = '' } = metadata
    await api.request('PUT', url, { ...crd, metadata: { ...crd.metadata, resourceVersion } })
  }
}

/** A definition counts from the moment that its objects can be listed; a busy machine needs its time. */
async function served(api: Api, { metadata, spec }: Crd): Promise<void> {
  const end = performance.now() + 120_000
  const versions = spec.versions.filter((version) => version.served)
  for (const { name } of versions) {
    const url = `/apis/${spec.group}/${name}/${spec.names.plural}?limit=1`
    while (!(await api.find(url))) {
      if (performance.now() > end) throw new Error(`${metadata.name} ${name} is not served`)
      await wait(100)
    }
  }
}

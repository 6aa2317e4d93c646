/** The manifests that the plugin brings: those that kustomize and Helm are made of. */
import type { Manifests } from '../../src/installation/objects.ts'
import type { KubeObject } from '../../src/objects.ts'
import { manifestTexts } from './manifest-files.ts'

/** Reads them; `onlyNamespace` says which rights the controller gets. */
export async function readManifests(onlyNamespace: boolean): Promise<Manifests> {
  const [definitions, base, rights] = await Promise.all([
    objectsIn('crds'),
    objectsIn('deploy/base'),
    objectsIn(onlyNamespace ? 'deploy/namespaced' : 'deploy/cluster'),
  ])
  return { definitions, base, rights }
}

async function objectsIn(folder: string): Promise<KubeObject[]> {
  const { parseAllDocuments } = await import('yaml')
  const texts = await manifestTexts(folder)
  return (
    texts
      .flatMap((text) => parseAllDocuments(text))
      // Our own files, whose tests say what is in them.
      .map((document) => document.toJS() as KubeObject)
      .filter(({ kind }) => kind !== 'Kustomization')
  )
}

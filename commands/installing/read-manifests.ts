/** The manifests that the package brings: those that kustomize and Helm are made of. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manifests } from '../../src/installation/objects.ts'
import type { KubeObject } from '../../src/objects.ts'
import { exits, Failure } from '../shell/failure.ts'

/** From the root of the package: the bundle is one folder below it, the source two. */
function root(): string {
  for (const up of ['..', '../..']) {
    const folder = fileURLToPath(new URL(up, import.meta.url))
    if (existsSync(join(folder, 'crds/canary.yaml'))) return folder
  }
  throw new Failure(
    'error: this copy of the plugin came without its folders crds and deploy; ' +
      'install the package kubectl-canary, or use Helm or kustomize (docs/install.md)',
    { exit: exits.error },
  )
}

/** Reads them; `onlyNamespace` says which rights the controller gets. */
export async function readManifests(onlyNamespace: boolean): Promise<Manifests> {
  const folder = root()
  const rights = onlyNamespace ? 'deploy/namespaced' : 'deploy/cluster'
  const [definitions, base, own] = await Promise.all([
    objectsIn(join(folder, 'crds')),
    objectsIn(join(folder, 'deploy/base')),
    objectsIn(join(folder, rights)),
  ])
  return { definitions, base, rights: own }
}

async function objectsIn(folder: string): Promise<KubeObject[]> {
  const { parseAllDocuments } = await import('yaml')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return (
    texts
      .flatMap((text) => parseAllDocuments(text))
      // Our own files, whose tests say what is in them.
      .map((document) => document.toJS() as KubeObject)
      .filter(({ kind }) => kind !== 'Kustomization')
  )
}

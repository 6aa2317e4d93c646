/** The manifests in the pages of the providers are applied as they stand, with every field known. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { merged } from '../scenarios/scenario.ts'
import { adminKubeconfig, clusterTest, kubectl } from './cluster-test.ts'
import { runKubectl } from './installation.ts'

const pages = path.join(import.meta.dirname, '../../docs/providers')
const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-canary-pages-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Kinds that nothing here writes, of providers whose definitions can't be had: see provider-crds.ts. */
const undefinedKinds = ['appmesh.k8s.aws/v1beta2 GatewayRoute', 'gateway.solo.io/v1 VirtualService']

/** The documents of each YAML block of a page. */
function blocksOf(page: string): (Partial<KubeObject> & object)[][] {
  const text = readFileSync(path.join(pages, page), 'utf8')
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    parseAllDocuments(block).map((document) => document.toJS() as Partial<KubeObject>),
  )
}

/** What a reader applies, one after the other; a block that is part of a Canary changes the first one. */
function manifestsOf(page: string, namespace: string): KubeObject[] {
  const all = blocksOf(page).flat()
  const isWhole = (one: Partial<KubeObject>): one is KubeObject => one.kind !== undefined
  const canary = all.filter(isWhole).find(({ kind }) => kind === 'Canary')
  if (!canary) throw new Error(`${page} has no Canary`)
  return all
    .map((one) => (isWhole(one) ? one : merged(canary, one)))
    .filter(({ apiVersion, kind }) => !undefinedKinds.includes(`${apiVersion} ${kind}`))
    .map((one) =>
      one.metadata.namespace === undefined ? one : merged(one, { metadata: { namespace } }),
    )
}

for (const page of readdirSync(pages).filter((file) => file.endsWith('.md')))
  clusterTest(`${page}: what it says to apply is taken`, async ({ namespace }) => {
    for (const manifest of manifestsOf(page, namespace)) {
      const file = path.join(folder, `${page}.json`)
      await writeFile(file, JSON.stringify(manifest))
      const of = { kubectl, kubeconfig: adminKubeconfig }
      const said = await runKubectl(of, 'apply', '--validate=strict', '-f', file)
      expect(said).toMatch(new RegExp(`/${manifest.metadata.name} (created|configured|unchanged)`))
    }
  })

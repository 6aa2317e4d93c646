/**
 * Flux's objects, under Flux's own definitions on a fresh cluster. What its controllers make of
 * them is played here: by Helm with what the server stored, and by kustomize as it says.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { clusterTest, runFolder } from './cluster-test.ts'
import { type Api, ApiError } from './control-plane/api.ts'
import { makeDefinitions } from './control-plane/definitions.ts'
import { type Crd, crdsIn, installCrds } from './crds.ts'
import { blocks, page } from './documents.ts'
import { type FreshCluster, startFreshCluster } from './fresh-cluster.ts'
import { noContainers } from './image.ts'
import { promoteCanary, startInstalled } from './installed.ts'

const seeds = path.join(import.meta.dirname, '../manifests/seeds')
const root = path.join(import.meta.dirname, '../..')
const controller = '/apis/apps/v1/namespaces/flagger-system/deployments/flagger'

let cluster: FreshCluster | undefined
let definitions: Crd[] = []

beforeAll(async () => {
  cluster = await startFreshCluster()
  if (!cluster) return
  const all = await crdsIn(await makeDefinitions(() => {}))
  definitions = all.filter(({ spec }) => spec.group.endsWith('.toolkit.fluxcd.io'))
  await installCrds(cluster.api, definitions)
  for (const name of ['flux-system', 'flagger-system'])
    await cluster.api.request('POST', '/api/v1/namespaces', { metadata: { name } })
}, 600_000)
afterAll(() => cluster?.stop(), 60_000)

function started(): FreshCluster {
  if (!cluster) throw new Error('there is no cluster')
  return cluster
}

const parsed = (text: string) =>
  parseAllDocuments(text).map((document) => document.toJS() as KubeObject)
const isOfFlux = ({ apiVersion }: KubeObject) => apiVersion.includes('.toolkit.fluxcd.io/')

/** Those of the guide that people follow. */
const seed = async (name: string) => parsed(await readFile(path.join(seeds, name), 'utf8'))
const guide = async () => (await Promise.all(names.map(seed))).flat()
const names = [
  'b15-flux-kustomization-flagger.yaml',
  'b16-flux-helmrelease-flagger.yaml',
  'b17-flux-helmrepository-flagger.yaml',
  'b20-flux-kustomization-myapp.yaml',
  'b21-flux-imagerepository.yaml',
  'b22-flux-imagepolicy.yaml',
  'b23-flux-imageupdateautomation.yaml',
]
const ofPage = async () => blocks(await page('install/flux.md'), 'yaml').flatMap(parsed)

/** The place of an object of Flux in its own version. */
function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const plural = definitions.find(({ spec }) => spec.names.kind === kind)?.spec.names.plural
  return `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`
}

/** As Flux itself applies what it finds in Git; unknown fields are refused. */
function apply<T extends KubeObject>(api: Api, object: T): Promise<T> {
  const query = '?fieldManager=kustomize-controller&force=true&fieldValidation=Strict'
  return api.request('PATCH', pathOf(object) + query, object, 'application/apply-patch+yaml')
}

clusterTest('the definitions of Flux take every object of the guide and of the page', async () => {
  const { api } = started()
  const objects = [...(await guide()), ...(await ofPage())]

  expect(objects.length).toBeGreaterThan(10)
  expect(objects.filter((object) => !isOfFlux(object))).toEqual([])
  for (const object of objects) expect(await apply(api, object)).toMatchObject(object)
})

clusterTest('what is wrong in an object of Flux would be seen', async () => {
  const [release] = await seed('b16-flux-helmrelease-flagger.yaml')
  const wrong = { ...release, spec: { chart: { specs: {} } } } as KubeObject

  await expect(apply(started().api, wrong)).rejects.toThrow(ApiError)
})

interface HelmRelease extends KubeObject {
  spec: {
    chart: { spec: { chart: string; sourceRef: { kind: string } } }
    install?: { crds?: string }
    values: object
  }
}

/** What Flux does for a HelmRelease that the server has. Flagger's own chart is one like it. */
async function released({ metadata, spec }: HelmRelease): Promise<void> {
  const { chart, sourceRef } = spec.chart.spec
  const folder = sourceRef.kind === 'GitRepository' ? chart : `test/cluster/${chart}-chart`
  const values = path.join(await mkdtemp(path.join(runFolder, 'release-')), 'values.json')
  await writeFile(values, JSON.stringify(spec.values))
  const { shell } = started()
  if (spec.install?.crds === 'CreateReplace')
    await shell(`kubectl apply --server-side --force-conflicts -f ${folder}/crds`)
  const { name, namespace } = metadata
  await shell(`helm upgrade -i ${name} ${folder} -n ${namespace} --values=${values}`)
}

/** What was installed, started by the image, promotes a canary in a namespace of its own. */
async function promotes(api: Api, namespace: string): Promise<void> {
  await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  const of = { namespace: 'flagger-system', name: 'flagger', lookAfter: namespace }
  const { container } = await startInstalled(api, { ...of, kubeconfig: started().kubeconfig })
  await using _ = container
  await promoteCanary(api, namespace)
}

/** The controller is gone, and the canary goes on serving. */
async function servesWithout(api: Api, namespace: string): Promise<void> {
  expect(await api.find(controller)).toBeUndefined()
  const canary = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`
  const primary = `/apis/apps/v1/namespaces/${namespace}/deployments/podinfo-primary`
  expect(await api.request('GET', canary)).toMatchObject({ status: { phase: 'Succeeded' } })
  expect(await api.request('GET', primary)).toMatchObject({ status: { readyReplicas: 1 } })
}

clusterTest(
  'the HelmRelease of the guide, switched by chart and image, leads to a promoted canary',
  { timeout: 300_000 },
  async ({ skip }) => {
    skip(noContainers !== undefined, noContainers)
    const { api, shell } = started()
    for (const object of await seed('b16-flux-helmrelease-flagger.yaml'))
      await released((await apply(api, object)) as HelmRelease)
    const before = await api.request<KubeObject>('GET', controller)

    const [own] = (await ofPage()).filter(({ kind }) => kind === 'HelmRelease')
    if (!own) throw new Error('the page has no HelmRelease')
    await released((await apply(api, own)) as HelmRelease)

    const after = await api.request<KubeObject>('GET', controller)
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect(after).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [{ image: 'registry.example.com/kubectl-canary-controller:0.1.0' }],
          },
        },
      },
    })
    expect(JSON.stringify(after)).toContain('-mesh-provider=istio')
    await promotes(api, 'by-release')

    await api.request('DELETE', pathOf(own))
    await shell('helm uninstall flagger -n flagger-system --wait')
    await servesWithout(api, 'by-release')
  },
)

interface Kustomization extends KubeObject {
  spec: { path: string; images?: object[]; prune: boolean; dependsOn?: { name: string }[] }
}

/** What a Kustomization asks Flux for, as one that kubectl reads. */
async function overlayOf({ spec }: Kustomization): Promise<string> {
  const folder = path.join(root, spec.path)
  const overlay = await mkdtemp(path.join(runFolder, 'flux-'))
  const isPlain = !(await readFile(path.join(folder, 'kustomization.yaml')).catch(() => undefined))
  const { stdout } = await started().shell(`cd ${folder} && ls *.yaml`)
  const files = stdout.trim().split('\n')
  // Flux makes a kustomization of a folder that has none.
  const paths = isPlain ? files.map((file) => path.join(folder, file)) : [folder]
  const resources = paths.map((file) => path.relative(overlay, file))
  const text = JSON.stringify({ resources, ...(spec.images && { images: spec.images }) })
  await writeFile(path.join(overlay, 'kustomization.yaml'), text)
  return overlay
}

clusterTest(
  'the Kustomizations of the page lead to a promoted canary, which stays when they go',
  { timeout: 300_000 },
  async ({ skip }) => {
    skip(noContainers !== undefined, noContainers)
    const { api, shell } = started()
    const found = (await ofPage()).filter(
      ({ kind, metadata }) => kind === 'Kustomization' && metadata.name.startsWith('flagger'),
    )
    const stored = (await Promise.all(found.map((one) => apply(api, one)))) as Kustomization[]
    const [first, second] = stored
    expect(second?.spec.dependsOn).toEqual([{ name: first?.metadata.name }])
    const overlays = await Promise.all(stored.map(overlayOf))
    const applied = '--server-side --force-conflicts --field-manager=kustomize-controller'
    const options = '--load-restrictor=LoadRestrictionsNone'
    for (const overlay of overlays)
      await shell(`kubectl kustomize ${options} ${overlay} | kubectl apply ${applied} -f -`)
    expect(await api.request('GET', controller)).toMatchObject({
      spec: {
        template: {
          spec: { containers: [{ image: 'registry.example.com/kubectl-canary-controller:0.1.0' }] },
        },
      },
    })
    await promotes(api, 'by-kustomization')

    for (const [index, { spec }] of stored.entries())
      if (spec.prune)
        await shell(`kubectl kustomize ${options} ${overlays[index]} | kubectl delete -f -`)
    await servesWithout(api, 'by-kustomization')
  },
)

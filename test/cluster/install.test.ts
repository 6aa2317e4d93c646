/** Installing, on a fresh cluster: the commands of the pages about it, and those of the plugin. */
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { clusterTest, runFolder } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { blocks, page } from './documents.ts'
import { type FreshCluster, startFreshCluster } from './fresh-cluster.ts'
import { noContainers } from './image.ts'
import { promoteCanary, startInstalled } from './installed.ts'

interface Started extends KubeObject {
  spec: { template: { spec: { containers: [{ image: string }] } } }
}

const controller = '/apis/apps/v1/namespaces/flagger-system/deployments/flagger'

let cluster: FreshCluster | undefined
let api: Api

beforeAll(async () => {
  cluster = await startFreshCluster()
  if (cluster) api = cluster.api
}, 180_000)
afterAll(() => cluster?.stop(), 60_000)

async function shell(script: string): Promise<{ stdout: string; stderr: string }> {
  if (!cluster) throw new Error('there is no cluster')
  return cluster.shell(script)
}

async function givenNamespace(name: string): Promise<void> {
  if (await api.find(`/api/v1/namespaces/${name}`)) return
  await api.request('POST', '/api/v1/namespaces', { metadata: { name } })
}

/** What was installed, started by the image, promotes a canary. */
async function promoteBy(lookAfter: string): Promise<void> {
  if (noContainers !== undefined || !cluster) return
  const { container } = await startInstalled(api, {
    ...{ namespace: 'flagger-system', name: 'flagger', lookAfter },
    kubeconfig: cluster.kubeconfig,
  })
  await using _ = container
  await promoteCanary(api, lookAfter)
}

for (const name of ['helm', 'kustomize', 'plugin'])
  clusterTest(
    `the commands of ${name}.md install a controller that promotes, and remove it, and no canary with it`,
    { timeout: 240_000 },
    async () => {
      await givenNamespace(name)
      let isInstalled = false
      // The tests of a release install the plugin itself, by krew.
      const text = await page(`install/${name}.md`)
      const scripts = blocks(text, 'sh').filter((one) => !one.includes('krew install'))
      for (const script of scripts) {
        await shell(script)
        if (isInstalled || !(await api.find(controller))) continue
        isInstalled = true
        await promoteBy(name)
      }

      expect(isInstalled).toBe(true)
      expect(await api.find(controller)).toBeUndefined()
      const canary = `/apis/flagger.app/v1beta1/namespaces/${name}/canaries/podinfo`
      const primary = `/apis/apps/v1/namespaces/${name}/deployments/podinfo-primary`
      if (noContainers !== undefined) return
      expect(await api.request('GET', canary)).toMatchObject({ status: { phase: 'Succeeded' } })
      expect(await api.request('GET', primary)).toMatchObject({ status: { readyReplicas: 1 } })
    },
  )

/** What a command line printed, and its exit code. */
const say = (script: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  shell(script).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )

/** Flagger, as its overlay leaves it. */
async function givenFlagger(namespace: string, args: string[]): Promise<void> {
  await givenNamespace(namespace)
  const labels = { app: 'flagger' }
  const container = { name: 'flagger', image: 'ghcr.io/fluxcd/flagger:1.44.0', args }
  await api.request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'flagger', labels },
    spec: {
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  })
}

clusterTest('without a terminal `install` asks for --yes, and changes nothing', async () => {
  expect(await say('kubectl canary install')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/an installation needs confirmation; pass --yes/),
  })
  expect(await api.find(controller)).toBeUndefined()
})

clusterTest(
  'a controller elsewhere is named before anything is changed; in its own place it is replaced, and its arguments stay',
  { timeout: 120_000 },
  async () => {
    await givenFlagger('istio-system', ['-mesh-provider=istio', '-slack-user=canary'])

    expect(await say('kubectl canary install --yes')).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringMatching(
        /deployment flagger in namespace istio-system is a controller of all namespaces already/,
      ),
    })
    expect(await api.find(controller)).toBeUndefined()

    const install = 'kubectl canary install --yes -n istio-system --image=reg.example.com/canary:9'
    expect(await say(install)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('deployment.apps/flagger applied'),
    })
    const deployment = controller.replace('flagger-system', 'istio-system')
    const text = JSON.stringify(await api.request('GET', deployment))
    for (const kept of ['-mesh-provider=istio', '-slack-user=canary']) expect(text).toContain(kept)
    expect(text).toContain('-enable-leader-election=true')
    expect(text).toContain('"image":"reg.example.com/canary:9"')

    const again = await say(install)
    expect(again).toMatchObject({ code: 0 })
    expect(again.stdout).not.toMatch(/applied|^ {2}[+~]/m)
    expect(await say('kubectl canary uninstall --yes -n istio-system')).toMatchObject({ code: 0 })
  },
)

clusterTest(
  'with --take-over the other is scaled to zero, its pods are waited for, and its arguments move on',
  { timeout: 120_000 },
  async () => {
    await givenFlagger('elsewhere', ['-mesh-provider=istio'])
    const there = controller.replace('flagger-system', 'elsewhere')
    expect(await say('kubectl canary install --yes --take-over')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        'deployment.apps/flagger in namespace elsewhere scaled to zero',
      ),
    })
    expect(await api.request('GET', there)).toMatchObject({ spec: { replicas: 0 } })
    expect(JSON.stringify(await api.request('GET', controller))).toContain('-mesh-provider=istio')
    expect(await say('kubectl canary install --dry-run')).toMatchObject({ code: 0 })
    expect(await say('kubectl canary uninstall --yes')).toMatchObject({ code: 0 })
    await api.request('DELETE', there)
  },
)

clusterTest(
  'who looks after one namespace installs there, where the definitions are, and need not change them',
  { timeout: 120_000 },
  async () => {
    await givenNamespace('shop')
    await shell('kubectl canary install --crds=only --yes')
    await shell(
      'kubectl create rolebinding admin --namespace=shop --clusterrole=admin --user=somebody && kubectl create rolebinding all --namespace=shop --clusterrole=cluster-admin --user=somebody',
    )
    const line = 'kubectl canary install --watch-namespace=shop --as=somebody --yes'
    const { code, stderr } = await say(line)
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('you may not change the definition canaries.flagger.app'),
    })
    expect(await api.find(controller.replace('flagger-system', 'shop'))).toBeDefined()
    expect(await say(`${line} --crds=install`)).toMatchObject({ code: 1 })
    expect(await say('kubectl canary uninstall -n shop --only-namespace --yes')).toMatchObject({
      code: 0,
    })
  },
)

clusterTest(
  'a run that nobody would end is in the way of `uninstall`',
  { timeout: 120_000 },
  async () => {
    await shell('kubectl canary install --yes')
    const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries'
    const body = {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'running' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'running' },
        service: { port: 80 },
        analysis: { interval: '1m', threshold: 1, iterations: 1 },
      },
    }
    const made = await api.request<KubeObject>('POST', canaries, body)
    const status = { phase: 'Progressing', failedChecks: 0, canaryWeight: 0, iterations: 0 }
    await api.request('PUT', `${canaries}/running/status`, { ...made, status })

    expect(await say('kubectl canary uninstall --yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/running in namespace default is in a run/),
    })
    expect(await api.find(controller)).toBeDefined()
    expect(await say('kubectl canary uninstall --yes --force')).toMatchObject({ code: 0 })
    expect(await api.find(controller)).toBeUndefined()
    expect(await api.find(`${canaries}/running`)).toBeDefined()
  },
)

clusterTest('who may not change roles is told so, and nothing is changed', async () => {
  const { code, stdout, stderr } = await say('kubectl canary install --yes --as=somebody')

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/forbidden|may not/i)
  expect(await api.find(controller)).toBeUndefined()
})

clusterTest('who may not bind roles is stopped by the first command of the page', async () => {
  const [install = ''] = blocks(await page('install/kustomize.md'), 'sh')
  const asSomebody = `kubectl() { command kubectl --as=somebody "$@"; }\n${install}`

  expect(await say(asSomebody)).toMatchObject({ code: 1, stdout: 'no\n' })
  expect(await api.find(controller)).toBeUndefined()
})

/** What `resources: [../kubectl-canary/…]` of a page finds: the project, beside a folder of one's own. */
async function besideTheProject(kustomization: string): Promise<string> {
  const parent = await mkdtemp(path.join(runFolder, 'beside-'))
  await symlink(path.join(import.meta.dirname, '../..'), path.join(parent, 'kubectl-canary'))
  const own = path.join(parent, 'own')
  await mkdir(own)
  await writeFile(path.join(own, 'kustomization.yaml'), kustomization)
  return own
}

clusterTest(
  'the commands of install.md, and the Kustomizations of it and of kustomize.md, are taken by the server',
  { timeout: 120_000 },
  async () => {
    const text = await page('install.md')
    // The image is made and started by the tests of it; an engine is not here.
    const scripts = blocks(text, 'sh').filter((one) => !/scripts\/image|docker/.test(one))
    const outputs: string[] = []
    for (const script of scripts) outputs.push((await shell(script)).stdout)
    expect(outputs.at(-1)).toMatch(/^canaries\.flagger\.app .*\[get list watch patch\]$/m)
    await givenNamespace('shop')

    const all = [...blocks(text, 'yaml'), ...blocks(await page('install/kustomize.md'), 'yaml')]
    expect(all.length).toBeGreaterThan(3)
    for (const kustomization of all) {
      const folder = await besideTheProject(kustomization)
      const apply = 'kubectl apply --server-side --force-conflicts --dry-run=server -o yaml'
      const { stdout } = await shell(`${apply} -k ${folder}`)
      expect(stdout).toContain('kind: Deployment')
      const [, image] = /newName: (\S+)/.exec(kustomization) ?? []
      expect(stdout).toContain(`image: ${image ?? 'kubectl-canary-controller'}:`)
    }
    await shell('kubectl delete -k deploy/cluster')
  },
)

clusterTest(
  'the commands of from-flagger.md put this controller in its place, and make ready for the way back',
  { timeout: 240_000 },
  async ({ skip }) => {
    skip(noContainers !== undefined, noContainers)
    await shell('kubectl apply --server-side --force-conflicts -f crds')
    for (const name of ['monitoring', 'taken-over']) await givenNamespace(name)
    await givenFlagger('flagger-system', ['-mesh-provider=kubernetes'])
    const templates = '/apis/flagger.app/v1beta1/namespaces/monitoring/metrictemplates'
    await api.request('POST', templates, {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'error-rate' },
      spec: { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query: 'up' },
    })
    const images: unknown[] = []

    for (const script of blocks(await page('from-flagger.md'), 'sh')) {
      await shell(script)
      const { spec } = await api.request<Started>('GET', controller)
      images.push(spec.template.spec.containers[0].image)
      if (script.includes('-k deploy/cluster')) await promoteBy('taken-over')
    }

    expect([...new Set(images)]).toEqual([
      'ghcr.io/fluxcd/flagger:1.44.0',
      'registry.example.com/kubectl-canary-controller:0.1.0',
      'kubectl-canary-controller:0.1.0',
    ])
    expect(await api.request('GET', `${templates}/error-rate`)).toMatchObject({
      metadata: { annotations: { 'flagger.app/shared-with': 'shop' } },
    })
    expect(await api.request('GET', controller)).toMatchObject({ spec: { replicas: 0 } })
    const canary = '/apis/flagger.app/v1beta1/namespaces/taken-over/canaries/podinfo'
    expect(await api.request('GET', canary)).toMatchObject({ status: { phase: 'Initializing' } })
    await shell('kubectl delete -k deploy/cluster')
  },
)

clusterTest(
  'the definitions go with every Canary, once the context is named',
  { timeout: 120_000 },
  async () => {
    await shell('kubectl canary install --yes')
    const { stdout: context } = await shell('kubectl config current-context')
    expect(await say('kubectl canary uninstall --delete-crds --force --yes')).toMatchObject({
      code: 2,
    })
    const line = `kubectl canary uninstall --delete-crds --force --yes --context-is=${context.trim()}`
    expect(await say(line)).toMatchObject({ code: 0 })
    const definition =
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app'
    await expect.poll(() => api.find(definition), { timeout: 60_000 }).toBeUndefined()
  },
)

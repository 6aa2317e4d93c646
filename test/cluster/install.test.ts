/** Installing, on a fresh cluster: the commands of the pages about it, and those of the plugin. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { clusterTest, runFolder, runHelm } from './cluster-test.ts'
import { type Api, connect } from './control-plane/api.ts'
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts'
import { noContainers } from './image.ts'
import { promoteCanary, startInstalled } from './installed.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const cluster = inject('cluster')
const controller = '/apis/apps/v1/namespaces/flagger-system/deployments/flagger'

let controlPlane: ControlPlane | undefined
let api: Api
let bin: string

beforeAll(async () => {
  if ('missing' in cluster) return
  controlPlane = await startControlPlane()
  api = await connect(controlPlane.adminKubeconfig)
  bin = path.join(runFolder, 'bin')
  await mkdir(bin, { recursive: true })
  await symlink(controlPlane.program('kubectl'), path.join(bin, 'kubectl'))
  await symlink(cluster.helm, path.join(bin, 'helm'))
  const plugin = path.join(root, 'test/commands/support/plugin.ts')
  const script = `#!/bin/sh\nexec "${process.execPath}" "${plugin}" "$@"\n`
  await writeFile(path.join(bin, 'kubectl-canary'), script)
  await chmod(path.join(bin, 'kubectl-canary'), 0o755)
}, 180_000)
afterAll(async () => {
  api?.close()
  await controlPlane?.stop()
}, 60_000)

const page = (name: string) => readFile(path.join(root, 'docs/install', name), 'utf8')

const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  )

const shell = (script: string) =>
  run('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      KUBECONFIG: controlPlane?.adminKubeconfig,
    },
  })

/** What was installed, started by the image, promotes a canary. */
async function promoteBy(lookAfter: string): Promise<void> {
  if (noContainers !== undefined || !controlPlane) return
  const { container } = await startInstalled(api, {
    ...{ namespace: 'flagger-system', name: 'flagger', lookAfter },
    kubeconfig: controlPlane.adminKubeconfig,
  })
  await using _ = container
  await promoteCanary(api, lookAfter)
}

for (const name of ['helm.md', 'kustomize.md', 'plugin.md'])
  clusterTest(
    `the commands of ${name} install a controller that promotes, and remove it, and no canary with it`,
    { timeout: 240_000 },
    async () => {
      const namespace = name.replace('.md', '')
      await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
      let isInstalled = false
      // The tests of a release install the plugin itself, by krew.
      const scripts = blocks(await page(name), 'sh').filter((one) => !one.includes('krew install'))
      for (const script of scripts) {
        await shell(script)
        if (isInstalled || !(await api.find(controller))) continue
        isInstalled = true
        await promoteBy(namespace)
      }

      expect(isInstalled).toBe(true)
      expect(await api.find(controller)).toBeUndefined()
      const canary = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`
      const primary = `/apis/apps/v1/namespaces/${namespace}/deployments/podinfo-primary`
      if (noContainers !== undefined) return
      expect(await api.request('GET', canary)).toMatchObject({ status: { phase: 'Succeeded' } })
      expect(await api.request('GET', primary)).toMatchObject({ status: { readyReplicas: 1 } })
    },
  )

clusterTest('the values of the releases in the docs and the guides are taken', async () => {
  const seed = path.join(root, 'test/manifests/seeds/b16-flux-helmrelease-flagger.yaml')
  const found = blocks(await page('flux.md'), 'yaml').filter((text) => text.includes('HelmRelease'))
  expect(found).not.toEqual([])
  for (const text of [...found, await readFile(seed, 'utf8')]) {
    const release = parseAllDocuments(text)
      .map((document) => document.toJS() as KubeObject & { spec: { values?: object } })
      .find(({ kind }) => kind === 'HelmRelease')
    const file = path.join(runFolder, 'values.json')
    await writeFile(file, JSON.stringify(release?.spec.values))

    expect(await runHelm('template', 'flagger', 'deploy/chart', `--values=${file}`)).toContain(
      '-mesh-provider=istio',
    )
  }
})

/** What a command line printed, and its exit code. */
const say = (script: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  shell(script).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )

/** Flagger, as its overlay leaves it. */
async function givenFlagger(namespace: string, args: string[]): Promise<void> {
  await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
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
      code: 1,
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

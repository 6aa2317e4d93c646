/** The pages about installing: their commands are run, on a cluster of their own, as they stand. */
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
import { installCrds, ownCrds } from './crds.ts'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const cluster = inject('cluster')
const controller = '/apis/apps/v1/namespaces/flagger-system/deployments/flagger'
const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries'

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
  await installCrds(api, await ownCrds())
  await api.request('POST', canaries, {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'production' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'production' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 1, iterations: 1 },
    },
  })
})
afterAll(async () => {
  api?.close()
  await controlPlane?.stop()
})

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

for (const name of ['helm.md', 'kustomize.md', 'plugin.md'])
  clusterTest(
    `the commands of ${name} install the controller and remove it, and no canary with it`,
    { timeout: 120_000 },
    async () => {
      const there: boolean[] = []
      for (const script of blocks(await page(name), 'sh')) {
        await shell(script)
        there.push((await api.find(controller)) !== undefined)
      }

      expect(there).toContain(true)
      expect(there.at(-1)).toBe(false)
      expect(await api.find(`${canaries}/production`)).toBeDefined()
    },
  )

clusterTest('the values of the releases in the docs and the guides are taken', async () => {
  const seed = path.join(root, 'test/manifests/seeds/b16-flux-helmrelease-flagger.yaml')
  for (const text of [...blocks(await page('flux.md'), 'yaml'), await readFile(seed, 'utf8')]) {
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

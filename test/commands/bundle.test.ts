/** The bundle leaves out what the plugin never uses; this is what shows that it really does not. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, virtualService, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname
let cluster: TestCluster
let folder: string

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(
    ...workloads({
      name: 'podinfo',
      image: 'podinfo:6.0.1',
      promoted: 'podinfo:6.0.0',
      replicas: 1,
    }),
    virtualService('podinfo', 20),
    canaryObject({
      name: 'podinfo',
      status: { phase: 'Progressing', lastAppliedSpec: 'v2:6c9d7f', lastTransitionTime: ago(5) },
    }),
  )
  folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-bundle-'))
  await run(process.execPath, [join(root, 'scripts/build.ts'), folder, 'kubectl-canary'])
})

afterAll(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

/** One command line of the bundle, as on a terminal that shows colours. */
async function bundled(line: string): Promise<string> {
  const start = `require('${folder}/kubectl-canary.cjs').main(process.argv.slice(1), 'kubectl-canary')`
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, FORCE_COLOR: '1', LANG: 'C.UTF-8' }
  const { stdout } = await run(process.execPath, ['-e', start, '--', ...line.split(' ')], { env })
  return stdout
}

test('the bundle does what the source does', async () => {
  expect(await bundled('list -o name')).toBe('canary.flagger.app/podinfo\n')
  expect(await bundled('status podinfo')).toContain('primary 80%  canary 20%')
  expect(await bundled('list -o yaml')).toContain('kind: List')
  expect(await bundled('pause podinfo --ack-timeout=0 --yes')).toContain('pause requested')
  expect(await bundled('promote --help')).toContain('--to-weight')
})

test('the bundle refuses what the source refuses', async () => {
  await expect(bundled('status --events=x')).rejects.toMatchObject({ code: 2 })
  await expect(bundled('abort nosuch')).rejects.toMatchObject({ code: 1 })
})

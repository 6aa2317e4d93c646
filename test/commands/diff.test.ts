/** `diff`: real command lines, with the exit codes of kubectl diff. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  const images = { image: 'podinfo:6.0.1', promoted: 'podinfo:6.0.0' }
  cluster.put(
    ...workloads({ name: 'podinfo', ...images, replicas: 1 }),
    canaryObject({ status: { phase: 'Progressing' } }),
    canaryObject({ name: 'gone' }),
  )
})
afterAll(() => cluster.close())

test('what a promotion changes is shown, and differences give 1', async () => {
  const { code, stdout } = await cluster.run('diff podinfo')
  expect(code).toBe(1)
  expect(stdout).toContain(
    '@@ spec.template.spec.containers[podinfod] @@\n-  image: podinfo:6.0.0\n+  image: podinfo:6.0.1\n',
  )
  const json = JSON.parse((await cluster.run('diff podinfo -o json')).stdout)
  expect(json).toMatchObject({ kind: 'CanaryDiff', objects: [{ name: 'podinfo-primary' }] })
})

test('errors are above differences', async () => {
  const gone = await cluster.run('diff gone')
  expect(gone).toMatchObject({ code: 7, stdout: '' })
  expect(gone.stderr).toContain('deployments.apps "gone" not found')
  expect((await cluster.run('diff nothere')).code).toBe(7)
  expect((await cluster.run('diff podinfo --server=http://127.0.0.1:1')).code).toBe(7)
  expect((await cluster.run('diff')).code).toBe(2)
})

test('a program of the user compares in place of the plugin, as for kubectl diff', async () => {
  const env = { KUBECTL_EXTERNAL_DIFF: 'diff -u -N ;touch' }
  const { code, stdout } = await cluster.run('diff podinfo', { env })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^--- .*\/LIVE\/apps\.v1\.Deployment\.test\.podinfo-primary\t/m)
  expect(stdout).toMatch(/^-\s+- image: podinfo:6\.0\.0\n\+\s+- image: podinfo:6\.0\.1$/m)
})

test.each([
  ['nosuchprogram', 'nosuchprogram is not on the PATH'],
  ['diff --nosuchflag', 'diff ended with 2'],
])('a program that fails is an error: %s', async (program, text) => {
  const env = { KUBECTL_EXTERNAL_DIFF: program }
  const { code, stderr } = await cluster.run('diff podinfo', { env })
  expect(code).toBe(7)
  expect(stderr).toContain(text)
})

/** `install` and `uninstall`: how they refuse. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test('a run under way is named with what ends it in the same cluster', async () => {
  cluster.put(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flagger-system' } },
    canaryObject({ status: { phase: 'Progressing', controller: 'canary-controller/v0.1.0' } }),
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'flagger', namespace: 'flagger-system' },
    },
  )
  const { code, stderr } = await cluster.run('uninstall --yes --context=sandbox')
  expect(code).toBe(1)
  expect(stderr).toContain('error: canary podinfo in namespace test is in a run')
  expect(stderr).toContain('  end it: kubectl canary abort podinfo --context=sandbox\n')
})

test('where the definitions are gone, what is left of an installation goes all the same', async () => {
  const bare = await startCluster()
  onTestFinished(() => bare.close())
  const name = 'canaries.flagger.app'
  const kind = 'CustomResourceDefinition'
  bare.server.store.delete({ apiVersion: 'apiextensions.k8s.io/v1', kind, name })
  expect(await bare.run('uninstall --dry-run')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'note: nothing is installed in namespace flagger-system\n',
  })
})

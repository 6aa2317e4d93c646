/** `install` and `uninstall`: how they refuse. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
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

test('manifests for a repository are those of an installation, without a cluster', async () => {
  const offline = { env: { KUBECONFIG: '/nonexistent' } }
  const line = 'install --export --provider=istio --image=reg.example.com/canary:9'
  const { code, stdout } = await cluster.run(line, offline)
  expect(code).toBe(0)
  const objects = parseAllDocuments(stdout).map((one) => one.toJS())
  expect(objects.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['CustomResourceDefinition', 'Namespace', 'ClusterRole', 'Service']),
  )
  expect(objects.at(-1)).toMatchObject({
    kind: 'Deployment',
    metadata: { name: 'flagger', namespace: 'flagger-system' },
    spec: { template: { spec: { containers: [{ image: 'reg.example.com/canary:9' }] } } },
  })
  expect(objects.at(-1).spec.template.spec.containers[0].args).toContain('-mesh-provider=istio')
  const alone = await cluster.run('install --export --only-namespace', offline)
  expect(alone).toMatchObject({ code: 2, stdout: '' })
})

test('another controller is no place for a second', async () => {
  const labels = { app: 'flagger' }
  const containers = [{ name: 'flagger', image: 'flagger:1.44.0' }]
  const template = { metadata: { labels }, spec: { containers } }
  cluster.put({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: 'flagger', namespace: 'empty', labels },
    spec: { selector: { matchLabels: labels }, template },
  } as KubeObject)
  const { code, stderr } = await cluster.run('install --yes')
  expect(code).toBe(6)
  expect(stderr).toContain('  nothing was changed\n')
})

/** `install` and `uninstall`: how they refuse. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

/** A cluster of its own, for what changes it. */
async function ownCluster(...objects: KubeObject[]): Promise<TestCluster> {
  const own = await startCluster()
  onTestFinished(() => own.close())
  own.put(...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].map(typeOf))
  own.put(...objects)
  return own
}

/** A kind of an installation that the embedded server has no model of. */
function typeOf(kind: string): KubeObject {
  const group = 'admissionregistration.k8s.io'
  const singular = kind.toLowerCase()
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }]
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Cluster', names: { kind, singular, plural }, versions },
  } as KubeObject
}

/** A controller as Flagger's chart or overlay leaves it. */
function controllerIn(namespace: string, ...args: string[]): KubeObject {
  const labels = { app: 'flagger' }
  const containers = [{ name: 'flagger', image: 'flagger:1.44.0', args }]
  const template = { metadata: { labels }, spec: { containers } }
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: 'flagger', namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  } as KubeObject
}

const deploymentRef = (namespace: string) => {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'flagger' }
}

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
  cluster.put(controllerIn('empty'))
  const { code, stderr } = await cluster.run('install --yes')
  expect(code).toBe(6)
  expect(stderr).toContain('  nothing was changed\n')
  expect(stderr).toContain('  to scale it to zero: --take-over\n')
})

test('with --take-over the other is scaled to zero first, and its arguments stay', async () => {
  const own = await ownCluster(controllerIn('empty', '-mesh-provider=nginx', '-namespace=empty'))
  const plan = await own.run('install --take-over --dry-run')
  expect(plan.stdout).toContain('  ~ deployment.apps/flagger   namespace empty   scaled to zero\n')
  expect(own.server.store.get(deploymentRef('empty'))).toMatchObject({ spec: { replicas: 1 } })
  const { code, stdout } = await own.run('install --take-over --yes')
  expect({ code, first: stdout.split('\n')[0] }).toEqual({
    code: 0,
    first: 'deployment.apps/flagger in namespace empty scaled to zero',
  })
  expect(own.server.store.get(deploymentRef('empty'))).toMatchObject({ spec: { replicas: 0 } })
  const made = JSON.stringify(own.server.store.get(deploymentRef('flagger-system')))
  expect(made).toContain('-mesh-provider=nginx')
  expect(made).not.toContain('-namespace=empty')
  expect(await own.run('install --dry-run')).toMatchObject({ code: 0 })
})

test('--wait ends once the controller is ready, and tells why it is not', async () => {
  const own = await ownCluster()
  const late = await own.run('install --yes --wait --timeout=10s')
  expect(late).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('the controller in namespace flagger-system is not ready: '),
  })
  expect(late.stderr).toContain('kubectl -n flagger-system logs deployment/flagger')
  const found = own.server.store.get(deploymentRef('flagger-system'))
  const counts = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }
  const status = { observedGeneration: found?.metadata.generation, ...counts }
  own.server.store.patch(deploymentRef('flagger-system'), { status }, {
    ...{ type: 'merge', subresource: 'status' },
  } as never)
  expect(await own.run('install --wait')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(
      'deployment.apps/flagger in namespace flagger-system is ready\n',
    ),
  })
})

test.each([
  ['skip', 0, true],
  ['only', 3, false],
])('--crds=%s leaves %i definitions, and a Deployment: %s', async (crds, definitions, isThere) => {
  const { stdout } = await cluster.run(`install --export --crds=${crds}`)
  const kinds = parseAllDocuments(stdout).map((one) => one.toJS()?.kind)
  expect(kinds.filter((kind) => kind === 'CustomResourceDefinition')).toHaveLength(definitions)
  expect(kinds.includes('Deployment')).toBe(isThere)
})

test('a version is the tag of the image, and one that is far off is told', async () => {
  const own = await ownCluster()
  const { code, stderr } = await own.run('install --version=v7.1.0 --yes')
  expect(code).toBe(0)
  expect(stderr).toContain('warning: version 7.1.0 is more than one minor version from 0.')
  const made = JSON.stringify(own.server.store.get(deploymentRef('flagger-system')))
  expect(made).toContain('"image":"kubectl-canary-controller:7.1.0"')
})

test.each([
  ['--image=a:1 --version=1', 'leave out --version'],
  ['--watch-namespace=a,b', 'install one in each'],
  ['--watch-namespace=a -n b', 'leave out -n b'],
  ['--wait --timeout=soon', '"--timeout" flag'],
  ['--crds=never', '"--crds" flag'],
])('install %s is wrong usage', async (flags, text) => {
  const { code, stderr } = await cluster.run(`install --export ${flags}`)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) })
})

test('--watch-namespace is a controller of that namespace alone', async () => {
  const both = ['--watch-namespace=shop', '-n shop --only-namespace']
  const [watched, alone] = await Promise.all(
    both.map((flags) => cluster.run(`install --export ${flags}`)),
  )
  expect(watched?.stdout).toBe(alone?.stdout)
  expect(watched?.stdout).toContain('-namespace=$(POD_NAMESPACE)')
})

test('the definitions go only for who types the name of the context, or gives it', async () => {
  const own = await ownCluster(canaryObject({}))
  expect((await own.run('install --yes')).code).toBe(0)
  const plan = await own.run('uninstall --delete-crds --dry-run')
  expect(plan.stdout).toContain(
    '  - canary.flagger.app/podinfo   namespace test   with deployment podinfo-primary, which serves its users\n',
  )
  const refused = await own.run('uninstall --delete-crds --yes')
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('pass --yes --context-is=NAME')
  const elsewhere = await own.run('uninstall --delete-crds --yes --context-is=production')
  expect(elsewhere).toMatchObject({ code: 2, stdout: '' })
  expect(own.canary('podinfo')).toBeDefined()
  const done = await own.run('uninstall --delete-crds --yes --context-is=sandbox')
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('/canaries.flagger.app removed\n'),
  })
})

test('what a finalizer keeps is deleted while a controller runs, and not by --delete-crds', async () => {
  const held = canaryObject({})
  held.metadata.finalizers = ['finalizer.flagger.app']
  const own = await ownCluster(held)
  await own.run('install --yes')
  const { code, stderr } = await own.run('uninstall --delete-crds --yes --context-is=sandbox')
  expect(code).toBe(1)
  expect(stderr).toContain('give the routes of these canaries back first (revertOnDeletion): test/')
})

test('a namespace stays with a Canary in it, and goes without when asked', async () => {
  const own = await ownCluster()
  await own.run('install --yes')
  own.put(canaryObject({ namespace: 'flagger-system' }))
  const flags = '--yes --keep-namespace=false'
  expect(await own.run(`uninstall ${flags}`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('canary podinfo is in namespace flagger-system'),
  })
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'podinfo' }
  own.server.store.delete({ ...ref, namespace: 'flagger-system' })
  const { code, stdout } = await own.run(`uninstall ${flags}`)
  expect(code).toBe(0)
  expect(stdout).toContain('namespace/flagger-system removed\n')
})

test('who may not see other controllers is told so, and hears of those in the same namespace', async () => {
  const own = await ownCluster()
  const end = own.server.fault(({ resource, verb, namespace }) =>
    resource === 'deployments.apps' && verb === 'list' && !namespace
      ? { status: 403, reason: 'Forbidden', message: 'no' }
      : undefined,
  )
  onTestFinished(end)
  const told =
    "no permission to list deployments in all namespaces: whether another controller works on the same canaries can't be told"
  const { code, stderr } = await own.run('install --dry-run')
  expect({ code, stderr }).toEqual({ code: 0, stderr: `note: ${told}\n` })
  expect((await own.run('check --pre')).stdout).toContain(`⚠ ${told}\n`)
})

test('a server that lacks a kind of the installation is too old, and nothing is changed', async () => {
  const bare = await startCluster()
  onTestFinished(() => bare.close())
  const { code, stderr } = await bare.run('install --dry-run')
  expect(code).toBe(1)
  expect(stderr).toContain(
    'error: the server has no ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1): it is too old\n',
  )
})

/** What people may do who have the roles that Kubernetes brings, in one namespace. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, vi } from 'vitest'
import { adminKubeconfig, clusterTest, kubectl } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { runKubectl } from './installation.ts'
import { podinfo } from './podinfo.ts'

const admin = { kubectl, kubeconfig: adminKubeconfig }
const plugin = path.join(import.meta.dirname, '../../bin/kubectl-canary.js')
const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    provider: 'istio',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 9898 },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
  },
}

/** Gives `user` a role in the namespace, and waits until the server has put the roles together. */
async function bind(api: Api, namespace: string, user: string, role: string): Promise<void> {
  await api.request(
    'POST',
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
    {
      metadata: { name: user },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  )
  await vi.waitFor(() => expectMay(namespace, user, 'get', 'canaries.flagger.app'), {
    timeout: 30_000,
    interval: 500,
  })
}

/** Rejects when the user may not. */
function expectMay(namespace: string, user: string, ...what: string[]): Promise<string> {
  return runKubectl(admin, 'auth', 'can-i', ...what, `--as=${user}`, `--namespace=${namespace}`)
}

/** The plugin's outputs as this user; also when it fails. */
async function pluginAs(user: string, namespace: string, ...args: string[]): Promise<string> {
  const all = [plugin, ...args, `--as=${user}`, '-n', namespace, `--kubeconfig=${adminKubeconfig}`]
  const env = { ...process.env, NO_COLOR: '1' }
  return promisify(execFile)(process.execPath, all, { env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  )
}

clusterTest(
  'who may view a namespace sees its canaries in full, and steers none',
  async ({ api, namespace }) => {
    await api.request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, podinfo)
    await api.request('POST', `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`, canary)
    await bind(api, namespace, 'viewer', 'view')

    const seen = await pluginAs('viewer', namespace, 'status', 'podinfo')
    expect(seen).toContain('podinfo')
    expect(seen).not.toMatch(/permission|forbidden/i)
    const refused = await pluginAs('viewer', namespace, 'pause', 'podinfo', '--ack-timeout=0')
    expect(refused).toContain('needed: patch canaries.flagger.app')
    await expect(expectMay(namespace, 'viewer', 'get', 'secrets')).rejects.toThrow()
  },
)

clusterTest('who may edit a namespace steers its canaries', async ({ api, namespace }) => {
  const canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`
  await api.request('POST', canaries, canary)
  await bind(api, namespace, 'editor', 'edit')

  await pluginAs('editor', namespace, 'pause', 'podinfo', '--ack-timeout=0')

  expect(await api.request('GET', `${canaries}/podinfo`)).toMatchObject({
    metadata: { annotations: { 'flagger.app/pause': expect.any(String) } },
  })
  await expect(expectMay(namespace, 'editor', 'delete', 'canaries.flagger.app')).rejects.toThrow()
})

const group = 'flagger.app'
const own = ['canaries', 'metrictemplates', 'alertproviders']
const reading = ['get', 'list', 'watch']
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection']

/** `VERB GROUP/RESOURCE`, of all that the project brings and of what it must not give away. */
const rights = [
  ...[...own, 'canaries/status', 'canaries/finalizers'].flatMap((resource) =>
    [...reading, ...writing].map((verb) => `${verb} ${group}/${resource}`),
  ),
  ...[...reading, ...writing].map((verb) => `${verb} networking.istio.io/virtualservices`),
  ...['create /services/proxy', 'get /secrets', 'impersonate /users'],
  ...['bind', 'escalate'].map((verb) => `${verb} rbac.authorization.k8s.io/roles`),
]

const canaryRights = (verbs: readonly string[]) => verbs.map((verb) => `${verb} ${group}/canaries`)
const view = [
  ...canaryRights(reading),
  ...reading.map((verb) => `${verb} networking.istio.io/virtualservices`),
]

/** Of the rights above, those that a role gives in the namespace in which it is bound. */
const given: Readonly<Record<string, readonly string[]>> = {
  view,
  // Kubernetes lets who edits a namespace read its Secrets and reach its Services.
  edit: [...view, ...canaryRights(['patch']), 'create /services/proxy', 'get /secrets'],
  'canary-author': own.flatMap((resource) =>
    [...reading, 'create', 'update', 'patch', 'delete'].map(
      (verb) => `${verb} ${group}/${resource}`,
    ),
  ),
}

/** Whether the user may, by the server's own word; without a namespace in all of them. */
async function may(api: Api, user: string, right: string, namespace?: string): Promise<boolean> {
  const [verb, of = ''] = right.split(' ')
  const [apiGroup, resource, subresource] = of.split('/')
  const resourceAttributes = { verb, group: apiGroup, resource, subresource, namespace }
  const { status } = await api.request<{ status: { allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    { spec: { user, resourceAttributes } },
  )
  return status.allowed
}

async function allOf(api: Api, user: string, namespace?: string): Promise<string[]> {
  const allowed = await Promise.all(rights.map((right) => may(api, user, right, namespace)))
  return rights.filter((_, at) => allowed[at])
}

clusterTest.for(Object.keys(given))(
  'who has %s in one namespace has there what it says, and nothing in another or in the cluster',
  async (role, { api, namespace }) => {
    const user = `tenant-with-${role}`
    await bind(api, namespace, user, role)

    await vi.waitFor(
      async () =>
        expect((await allOf(api, user, namespace)).sort()).toEqual([...(given[role] ?? [])].sort()),
      { timeout: 30_000, interval: 500 },
    )
    expect(await allOf(api, user, 'flagger-system')).toEqual([])
    expect(await allOf(api, user, 'default')).toEqual([])
    expect(await allOf(api, user)).toEqual([])
  },
)

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, vi } from 'vitest'
import { adminKubeconfig, clusterTest, kubectl } from './cluster-test.ts'
import { connect } from './control-plane/api.ts'
import { readKubeconfig } from './control-plane/kubeconfig.ts'
import { writeServiceAccountKubeconfig } from './control-plane/service-account.ts'
import { kubernetesVersion } from './control-plane/versions.ts'
import { installCrds, ownCrds } from './crds.ts'

const labels = { app: 'web' }
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
}

clusterTest('the server is of the version that was built', async ({ api }) => {
  const { full } = kubernetesVersion(process.env.KUBERNETES_VERSION)

  expect(await api.request('GET', '/version')).toMatchObject({ gitVersion: full })
})

clusterTest('takes the definitions of this project', async ({ api, namespace }) => {
  const crds = await ownCrds()
  await installCrds(api, crds)

  expect(crds.map(({ spec }) => spec.names.kind)).toContain('Canary')
  for (const { spec } of crds)
    for (const { name } of spec.versions)
      expect(
        await api.request(
          'GET',
          `/apis/${spec.group}/${name}/namespaces/${namespace}/${spec.names.plural}`,
        ),
      ).toMatchObject({ items: [] })
})

clusterTest('a deployment rolls to ready', async ({ api, namespace }) => {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
  await api.request('POST', deployments, web)

  await vi.waitFor(
    async () =>
      expect(await api.request('GET', `${deployments}/web`)).toMatchObject({
        status: { readyReplicas: 2, updatedReplicas: 2, observedGeneration: 1 },
      }),
    { timeout: 30_000, interval: 100 },
  )
})

clusterTest(
  'a fresh service account is refused until a role allows it',
  async ({ api, namespace }) => {
    const account = { namespace, name: 'fresh' }
    await api.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      metadata: { name: account.name },
    })
    const folder = await mkdtemp(path.join(tmpdir(), 'kubectl-canary-account-'))
    const own = await connect(
      await writeServiceAccountKubeconfig(api, await readKubeconfig(adminKubeconfig), {
        account,
        folder,
      }),
    )
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`
    await expect(own.request('GET', configMaps)).rejects.toMatchObject({ status: 403 })

    await api.request(
      'POST',
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
      {
        metadata: { name: 'fresh' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'ServiceAccount', ...account }],
      },
    )

    await vi.waitFor(
      async () =>
        expect(await own.request('GET', configMaps)).toMatchObject({ kind: 'ConfigMapList' }),
      { timeout: 30_000, interval: 100 },
    )
    own.close()
    await rm(folder, { recursive: true })
  },
)

clusterTest('kubectl of the same version works against it', async () => {
  const args = ['--kubeconfig', adminKubeconfig, 'get', 'nodes', '--no-headers']
  const { stdout } = await promisify(execFile)(kubectl, args)

  expect(stdout).toMatch(/^node-1 +Ready/)
})

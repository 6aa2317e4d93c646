import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { electionRules } from '../../scripts/generate/deploy/rbac.ts'
import type { KubeObject } from '../../src/objects.ts'
import { startController } from '../embedded/support/controller.ts'
import { readAudit } from './audit.ts'
import { adminKubeconfig, auditLog, clusterTest, kubectl, runFolder } from './cluster-test.ts'
import { readKubeconfig } from './control-plane/kubeconfig.ts'
import { writeServiceAccountKubeconfig } from './control-plane/service-account.ts'
import { runKubectl } from './installation.ts'
import { podinfo } from './podinfo.ts'

const admin = { kubectl, kubeconfig: adminKubeconfig }
const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 9898 },
    analysis: { interval: '10s', threshold: 1, iterations: 1 },
  },
}

clusterTest.each(['deploy/cluster', 'deploy/namespaced'])(
  'the server takes every object of %s',
  async (folder) => {
    const output = await runKubectl(admin, 'apply', '--dry-run=server', '-k', folder)

    expect(output).toContain('deployment.apps/flagger')
    expect(output).toContain('service/flagger')
  },
)

clusterTest('the controller may run where pods are restricted most', async ({ api, namespace }) => {
  const label = 'pod-security.kubernetes.io/enforce'
  await api.request(
    'PATCH',
    `/api/v1/namespaces/${namespace}`,
    { metadata: { labels: { [label]: 'restricted' } } },
    'application/merge-patch+json',
  )
  const text = await runKubectl(admin, 'kustomize', 'deploy/cluster')
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubeObject)
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as KubeObject & {
    spec: { template: object }
  }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    ...deployment.spec.template,
    metadata: { name: 'controller' },
  }

  expect(await api.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)).toEqual(
    expect.objectContaining({ kind: 'Pod' }),
  )
})

clusterTest.each([
  ['deploy/cluster', 'flagger-system'],
  ['deploy/namespaced', 'default'],
])('the server has the Deployment of %s as secure as it says', async (folder, namespace) => {
  // Whatever the server defaults or drops shows in what it would store.
  const output = await runKubectl(admin, 'apply', '--dry-run=server', '--output=json', '-k', folder)
  const { items } = JSON.parse(output) as { items: (KubeObject & { spec: object })[] }
  const deployment = items.find(({ kind }) => kind === 'Deployment')

  expect(deployment).toMatchObject({
    metadata: { name: 'flagger', namespace },
    spec: {
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          serviceAccountName: 'flagger',
          terminationGracePeriodSeconds: 30,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 10001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
              readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
              resources: {
                requests: { cpu: expect.any(String), memory: expect.any(String) },
                limits: { cpu: expect.any(String), memory: expect.any(String) },
              },
            },
          ],
        },
      },
    },
  })
  const pod = JSON.stringify(deployment)
  for (const unsafe of ['privileged', 'hostNetwork', 'hostPID', 'hostPath', '"volumes"'])
    expect(pod).not.toContain(unsafe)
  const args = [...pod.matchAll(/"-(?<name>[a-z-]+)=(?<value>[^"]*)"/g)]
  expect(args.map(({ groups }) => groups?.name)).toContain('enable-leader-election')
})

clusterTest(
  'the variant for one namespace suffices there with the rights that all providers share, election included',
  { timeout: 240_000 },
  async ({ api, namespace }) => {
    const overlay = await overlayFor(namespace)
    await runKubectl(admin, 'apply', '--server-side', '-k', overlay)
    await rm(overlay, { recursive: true })
    const kubeconfig = await writeServiceAccountKubeconfig(
      api,
      await readKubeconfig(adminKubeconfig),
      { account: { namespace, name: 'flagger' }, folder: runFolder },
    )
    await api.request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, podinfo)
    const canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`
    await api.request('POST', canaries, canary)

    const controller = await startController({
      kubeconfig,
      flags: [`-namespace=${namespace}`, '-mesh-provider=kubernetes', '-enable-leader-election'],
    })

    await vi.waitFor(
      async () =>
        expect(await api.request('GET', `${canaries}/podinfo`)).toMatchObject({
          status: { phase: 'Initialized' },
        }),
      { timeout: 90_000, interval: 200 },
    )
    expect(await controller.end()).toBe(0)
    const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/flagger-leader-election`
    expect(await api.request('GET', lease)).toMatchObject({ spec: { holderIdentity: '' } })
    const uses = (await readAudit(auditLog)).filter(({ user }) =>
      user.endsWith(`:${namespace}:flagger`),
    )
    const elections = uses.filter(({ resource }) => resource === 'coordination.k8s.io/leases')
    const used = new Set(elections.map(({ verb }) => verb))
    expect(used).toEqual(new Set(electionRules().flatMap(({ verbs }) => verbs)))
    expect(uses.filter(({ isForbidden }) => isForbidden)).toEqual([])
  },
)

/** `deploy/namespaced` as users have it: with a namespace of their own, and no more than is used. */
async function overlayFor(namespace: string): Promise<string> {
  const deploy = path.join(import.meta.dirname, '../../deploy')
  const folder = await mkdtemp(path.join(runFolder, 'overlay-'))
  const beside = (name: string) => path.relative(folder, path.join(deploy, name))
  const overlay = { namespace, resources: [beside('namespaced')], components: [beside('rights')] }
  await writeFile(path.join(folder, 'kustomization.yaml'), JSON.stringify(overlay))
  return folder
}

/** What the admission policies of `deploy/` let people with the user roles do, on a real API server. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { annotationOf } from '../../src/requests/request.ts'
import { verbs } from '../../src/requests/verbs.ts'
import { adminKubeconfig, clusterTest, kubectl } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { runKubectl } from './installation.ts'

const admin = { kubectl, kubeconfig: adminKubeconfig }
const root = path.join(import.meta.dirname, '../..')

const canary = (service: object = {}) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', annotations: { team: 'shop' } },
  spec: {
    provider: 'istio',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 9898, ...service },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
  },
})

interface Tenant {
  api: Api
  namespace: string
  user: string
}

const patient = { timeout: 30_000, interval: 250 }

/** Binds a ClusterRole in the namespace, and waits until the server lets the user patch there. */
async function bind({ api, namespace, user }: Tenant, role: string): Promise<void> {
  const group = 'rbac.authorization.k8s.io'
  await api.request('POST', `/apis/${group}/v1/namespaces/${namespace}/rolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: group, kind: 'User', name: user }],
  })
  await vi.waitFor(
    () =>
      runKubectl(
        admin,
        ...['auth', 'can-i', 'patch', 'canaries.flagger.app', `--as=${user}`, '-n', namespace],
      ),
    patient,
  )
}

/** Patches the Canary as this user; the answer is what kubectl said. */
function patched({ namespace, user }: Tenant, body: object): Promise<string> {
  const args = ['patch', 'canary', 'podinfo', '--type=merge', '-p', JSON.stringify(body)]
  return runKubectl(admin, ...args, `--as=${user}`, '-n', namespace)
}

const refusal = /may change request annotations .* and nothing else; the rest needs the verb update/

/** Policies are in force a moment after they are stored. */
function isRefused(tenant: Tenant, body: object): Promise<void> {
  return vi.waitFor(
    () => expect(patched(tenant, body), JSON.stringify(body)).rejects.toThrow(refusal),
    patient,
  )
}

clusterTest(
  'who may only patch a Canary asks for anything by annotation, and changes nothing else',
  async ({ api, namespace }) => {
    const canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`
    await api.request('POST', canaries, canary())
    for (const role of ['edit', 'admin']) {
      const tenant = { api, namespace, user: `tenant-${role}` }
      await bind(tenant, role)
      for (const change of [
        { spec: { service: { hosts: ['bank.example.com'] } } },
        { spec: { service: { gateways: ['istio-system/public'] } } },
        { spec: { analysis: { webhooks: [{ name: 'x', url: 'http://10.0.0.1/' }] } } },
        { spec: { suspend: true } },
        { metadata: { labels: { stolen: 'true' } } },
        { metadata: { finalizers: ['example.com/for-ever'] } },
        { metadata: { annotations: { team: 'mine' } } },
        { metadata: { annotations: { team: null } } },
        { metadata: { annotations: { 'flagger.app/unheard-of': 'true' } } },
        { metadata: { annotations: { 'flagger.app/pause': 'true' } }, spec: { suspend: true } },
      ])
        await isRefused(tenant, change)
      for (const annotation of [...verbs.map(annotationOf), 'flagger.app/gate.qa']) {
        await patched(tenant, { metadata: { annotations: { [annotation]: 'true' } } })
        await patched(tenant, { metadata: { annotations: { [annotation]: null } } })
      }
    }
    expect(await api.request('GET', `${canaries}/podinfo`)).toMatchObject({
      metadata: { annotations: { team: 'shop' } },
      spec: canary().spec,
    })
  },
)

clusterTest('who may write Canaries changes all of one', async ({ api, namespace }) => {
  const tenant = { api, namespace, user: 'author' }
  await api.request('POST', `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`, canary())
  await bind(tenant, 'canary-author')

  const said = await patched(tenant, {
    metadata: { annotations: { team: 'mine' }, labels: { a: 'b' } },
    spec: { service: { hosts: ['shop.example.com'] }, suspend: true },
  })

  expect(said).toContain('patched')
})

clusterTest(
  'where hosts are tied to namespaces, a Canary takes those of its own and those it was given',
  async ({ api, namespace }) => {
    await tieHosts(api, namespace)
    const canaries = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries?dryRun=All`
    const create = (service: object) => api.request('POST', canaries, canary(service))
    await vi.waitFor(
      () => expect(create({ hosts: ['bank.example.com'] })).rejects.toThrow(/is no host of/),
      patient,
    )
    for (const host of ['*', '*.com', `bank.example.com.${namespace}`, 'pay.other.svc', 'evil.com'])
      await expect(create({ hosts: [host] }), host).rejects.toThrow(/flagger.app\/allowed-hosts/)
    for (const gateway of ['istio-system/public', 'public.istio-system.svc.cluster.local'])
      await expect(create({ gateways: [gateway] }), gateway).rejects.toThrow(/allowed-gateways/)
    const match = [{ gateways: ['istio-system/public'] }]
    await expect(create({ match })).rejects.toThrow(/allowed-gateways/)
    const gatewayRefs = [{ name: 'public', namespace: 'istio-system' }]
    await expect(create({ gatewayRefs })).rejects.toThrow(/spec.service.gatewayRefs: .*public/)

    const own = {
      hosts: ['podinfo', `podinfo.${namespace}.svc`, `podinfo.${namespace}.svc.cluster.local`],
      gateways: ['mesh', 'own', `${namespace}/own`],
      gatewayRefs: [{ name: 'own' }, { name: 'own', namespace }],
    }
    await create(own)
    await create({})
    await api.request(
      'PATCH',
      `/api/v1/namespaces/${namespace}`,
      {
        metadata: {
          annotations: {
            'flagger.app/allowed-hosts': 'shop.example.com, *.shop.example.com',
            'flagger.app/allowed-gateways': 'istio-system/public',
          },
        },
      },
      'application/merge-patch+json',
    )
    await vi.waitFor(
      () =>
        create({
          hosts: ['shop.example.com', 'api.shop.example.com'],
          gateways: ['istio-system/public'],
          gatewayRefs,
          match,
        }),
      patient,
    )
    await expect(create({ hosts: ['notshop.example.com'] })).rejects.toThrow(
      /notshop.example.com is/,
    )
  },
)

/** Applies `deploy/policies`, in force in this namespace alone: other tests have hosts of their own. */
async function tieHosts(api: Api, namespace: string): Promise<void> {
  const text = await readFile(path.join(root, 'deploy/policies/hosts.yaml'), 'utf8')
  const objects = parseAllDocuments(text).map((one) => one.toJS() as KubeObject & { spec: object })
  for (const object of objects) {
    const name = `hosts-${namespace}`
    const isBinding = object.kind.endsWith('Binding')
    const selector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } }
    const spec = isBinding
      ? { ...object.spec, policyName: name, matchResources: { namespaceSelector: selector } }
      : object.spec
    const plural = isBinding ? 'validatingadmissionpolicybindings' : 'validatingadmissionpolicies'
    await api.request('POST', `/apis/admissionregistration.k8s.io/v1/${plural}`, {
      ...object,
      metadata: { name },
      spec,
    })
  }
}

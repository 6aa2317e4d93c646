/** Releases of the chart on a cluster of its own: made, switched to from Flagger's chart, removed. */
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { clusterTest } from './cluster-test.ts'
import { makeDefinitions } from './control-plane/definitions.ts'
import { crdsIn, installCrds, ownCrds } from './crds.ts'
import { type FreshCluster, startFreshCluster } from './fresh-cluster.ts'
import { noContainers } from './image.ts'
import { promoteCanary, startInstalled } from './installed.ts'

const values = path.join(import.meta.dirname, 'values-of-flagger.yaml')

let cluster: FreshCluster | undefined

beforeAll(async () => {
  cluster = await startFreshCluster()
  if (!cluster) return
  const definitions = await crdsIn(await makeDefinitions(() => {}))
  const monitoring = definitions.filter(({ spec }) => spec.group === 'monitoring.coreos.com')
  await installCrds(cluster.api, [...(await ownCrds()), ...monitoring])
}, 600_000)
afterAll(() => cluster?.stop(), 60_000)

/** The cluster, with a namespace for one test. */
async function given(namespace: string) {
  if (!cluster) throw new Error('there is no cluster')
  const { api, shell, kubeconfig } = cluster
  await api.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  const helm = async (...args: string[]) =>
    (await shell(`helm ${args.join(' ')} --namespace=${namespace}`)).stdout
  /** Of what Helm refuses, the reason. */
  const refused = (...args: string[]): Promise<string> =>
    helm(...args).then(
      () => 'nothing was refused',
      ({ stderr }: { stderr: string }) => stderr,
    )
  /** What Helm made in the namespace, its own record of the release included. */
  const made = async () => {
    const kinds = 'deployments,services,serviceaccounts,secrets,roles'
    const { stdout } = await shell(`kubectl get ${kinds} -n ${namespace} -o name`)
    return stdout
      .trim()
      .split('\n')
      .filter((name) => name !== 'serviceaccount/default')
  }
  return { api, kubeconfig, helm, refused, made, shell }
}

clusterTest(
  'a release of Flagger goes on as one of this chart, promotes a canary, and leaves it serving when it is removed',
  { timeout: 240_000 },
  async ({ skip }) => {
    skip(noContainers !== undefined, noContainers)
    const [namespace, release] = ['switched', 'flagger-switched']
    const { api, kubeconfig, helm } = await given(namespace)
    const upgrade = ['upgrade', '--install', release]
    const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${release}`
    await helm(...upgrade, 'test/cluster/flagger-chart', `--values=${values}`)
    const before = await api.request<KubeObject>('GET', deployment)

    await helm(...upgrade, 'deploy/chart', `--values=${values}`)

    const after = await api.request<KubeObject>('GET', deployment)
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect(after).toMatchObject({
      spec: {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0 } },
        template: {
          spec: {
            containers: [
              { image: 'registry.example.com/canary:0.1.0', livenessProbe: { httpGet: {} } },
            ],
          },
        },
      },
    })
    expect(JSON.stringify(after)).not.toMatch(/wget|hooks\.example\.com/)

    await using stack = new AsyncDisposableStack()
    const of = { namespace, name: release, lookAfter: namespace, kubeconfig }
    const { container, port } = await startInstalled(api, of)
    stack.use(container)
    await promoteCanary(api, namespace)
    for (const probe of ['healthz', 'readyz', 'metrics'])
      await container.exec('wget', '--quiet', '--spider', `http://127.0.0.1:${port}/${probe}`)
    await stack.disposeAsync()

    await helm('uninstall', release, '--wait')

    expect(await api.find(deployment)).toBeUndefined()
    const canary = `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`
    expect(await api.request('GET', canary)).toMatchObject({ status: { phase: 'Succeeded' } })
    const primary = `/apis/apps/v1/namespaces/${namespace}/deployments/podinfo-primary`
    expect(await api.request('GET', primary)).toMatchObject({ status: { readyReplicas: 1 } })
    const service = `/api/v1/namespaces/${namespace}/services/podinfo`
    expect(await api.request('GET', service)).toMatchObject({
      spec: { selector: { app: 'podinfo-primary' } },
    })
  },
)

clusterTest('definitions of a release are not deleted with it', async () => {
  const { helm } = await given('definitions')
  const rendered = await helm('template', 'deploy/chart', '--set=crd.create=true')
  const documents = rendered.split(/^---$/m).filter((text) => /CustomResourceDefinition/.test(text))

  expect(documents).toHaveLength(3)
  for (const text of documents) expect(text).toMatch(/helm\.sh\/resource-policy: keep/)
})

clusterTest(
  'a second controller of all namespaces is refused before anything is made, by this name and by another',
  { timeout: 120_000 },
  async () => {
    const first = await given('first')
    const { refused, made } = await given('second')
    await first.helm('install', 'flagger', 'deploy/chart')

    expect(await refused('install', 'flagger', 'deploy/chart')).toMatch(
      /ClusterRoleBinding flagger gives a controller in namespace first the canaries of all namespaces already/,
    )
    expect(await refused('install', 'other-flagger', 'deploy/chart')).toMatch(
      /two undo each other's work: upgrade that one, or remove it first/,
    )
    expect(await made()).toEqual([])
    // What changes nothing, or keeps to a namespace, may be beside it.
    for (const value of ['dryRun=true', 'namespace=second'])
      expect(
        await refused(
          'install',
          'other-flagger',
          'deploy/chart',
          `--set=${value}`,
          '--dry-run=server',
        ),
      ).toBe('nothing was refused')
    // The first is no obstacle to itself.
    await first.helm('upgrade', 'flagger', 'deploy/chart')
    await first.helm('uninstall', 'flagger', '--wait')
  },
)

clusterTest(
  'who lacks a right is told which, and nothing is made',
  { timeout: 120_000 },
  async () => {
    const { api, refused, made } = await given('limited')
    const admin = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' }
    await api.request(
      'POST',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/limited/rolebindings',
      {
        metadata: { name: 'somebody' },
        roleRef: admin,
        subjects: [{ kind: 'User', name: 'somebody', apiGroup: admin.apiGroup }],
      },
    )
    const install = ['install', 'flagger', 'deploy/chart', '--kube-as-user=somebody']

    expect(await refused(...install, '--skip-crds')).toMatch(
      /clusterrolebindings?.* is forbidden: User "somebody" cannot list resource/,
    )
    expect(await refused(...install)).toMatch(/forbidden/)
    expect(await made()).toEqual([])
  },
)

clusterTest(
  'the server takes a release with everything in it, by the definitions of the Prometheus operator',
  { timeout: 60_000 },
  async () => {
    const { helm } = await given('everything')
    const everything = path.join(import.meta.dirname, 'values-everything.yaml')
    // Linkerd's definitions are in no module.
    const other = '--set=linkerdAuthPolicy.create=false,prometheusRule.enabled=true'
    const dry = [`--values=${everything}`, other, '--dry-run=server']

    const output = await helm('install', 'all', 'deploy/chart', ...dry)

    for (const kind of ['PodDisruptionBudget', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule'])
      expect(output).toContain(`kind: ${kind}`)
  },
)

interface Monitor extends KubeObject {
  spec: { selector: { matchLabels: Record<string, string> }; endpoints: { port: string }[] }
}
interface Service extends KubeObject {
  spec: { ports: { name: string }[]; selector: Record<string, string> }
}

clusterTest(
  'the ServiceMonitor of a guide finds the port of each way to install',
  { timeout: 120_000 },
  async () => {
    const { api, helm, shell } = await given('flagger-system')
    const seed = 'test/manifests/seeds/b50-servicemonitor.yaml'
    await shell(`kubectl apply --server-side -f ${seed}`)
    const of = '/apis/monitoring.coreos.com/v1/namespaces/flagger-system/servicemonitors/flagger'
    const { spec } = await api.request<Monitor>('GET', of)
    const labels = Object.entries(spec.selector.matchLabels).map(
      ([name, value]) => `${name}=${value}`,
    )
    const found = async () => {
      const services = '/api/v1/namespaces/flagger-system/services'
      const query = `?labelSelector=${encodeURIComponent(labels.join(','))}`
      const { items } = await api.request<{ items: Service[] }>('GET', services + query)
      return items.flatMap((one) => one.spec.ports.map(({ name }) => name))
    }
    const [endpoint] = spec.endpoints

    await helm('install', 'flagger', 'deploy/chart')
    expect(await found()).toContain(endpoint?.port)
    await helm('uninstall', 'flagger', '--wait')
    expect(await found()).toEqual([])
    await shell('kubectl apply --server-side -k deploy/cluster')
    expect(await found()).toContain(endpoint?.port)
  },
)

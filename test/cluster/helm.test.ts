/** Releases of the chart on a real cluster: made, switched to from Flagger's chart, removed. */
import path from 'node:path'
import { expect } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { clusterTest, runHelm } from './cluster-test.ts'
import { noContainers } from './image.ts'
import { promoteCanary, startInstalled } from './installed.ts'

const values = path.join(import.meta.dirname, 'values-of-flagger.yaml')

/** Of what Helm refuses, the reason. */
const refused = (...args: string[]) =>
  runHelm(...args).then(
    () => 'nothing was refused',
    ({ stderr }: { stderr: string }) => stderr,
  )

clusterTest(
  'a release of Flagger goes on as one of this chart, promotes a canary, and leaves it serving when it is removed',
  { timeout: 240_000 },
  async ({ api, namespace, skip }) => {
    skip(noContainers !== undefined, noContainers)
    const release = `flagger-${namespace}`
    const upgrade = ['upgrade', '--install', release, `--namespace=${namespace}`]
    const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/${release}`
    await runHelm(...upgrade, 'test/cluster/flagger-chart', `--values=${values}`)
    const before = await api.request<KubeObject>('GET', deployment)

    await runHelm(...upgrade, 'deploy/chart', `--values=${values}`)

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
    const of = { namespace, name: release, lookAfter: namespace }
    const { container, port } = await startInstalled(api, of)
    stack.use(container)
    await promoteCanary(api, namespace)
    for (const probe of ['healthz', 'readyz', 'metrics'])
      await container.exec('wget', '--quiet', '--spider', `http://127.0.0.1:${port}/${probe}`)
    await stack.disposeAsync()

    await runHelm('uninstall', release, `--namespace=${namespace}`, '--wait')

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

clusterTest(
  'definitions of a release are not deleted with it',
  { timeout: 60_000 },
  async ({ api, namespace }) => {
    const rendered = await runHelm('template', 'deploy/chart', '--set=crd.create=true')
    const documents = rendered
      .split(/^---$/m)
      .filter((text) => /CustomResourceDefinition/.test(text))

    expect(documents).toHaveLength(3)
    for (const text of documents) expect(text).toMatch(/helm\.sh\/resource-policy: keep/)
    expect(
      await api.find(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app',
      ),
      namespace,
    ).toBeDefined()
  },
)

clusterTest(
  'a second installation of the same name is refused before anything is made',
  async ({ api, namespace }) => {
    // `deploy/cluster` is installed already, and owns the ClusterRole `flagger`.
    const why = await refused('install', 'flagger', 'deploy/chart', `--namespace=${namespace}`)

    expect(why).toMatch(/ClusterRole "flagger" .*exists and cannot be imported/)
    const made = await api.request<{ items: unknown[] }>(
      'GET',
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
    )
    expect(made.items).toEqual([])
  },
)

clusterTest('the server takes a release with everything in it', async ({ namespace }) => {
  const everything = path.join(import.meta.dirname, 'values-everything.yaml')
  const monitors = ['serviceMonitor', 'podMonitor'].map((name) => `--set=${name}.enabled=false`)
  const other = '--set=linkerdAuthPolicy.create=false'
  const args = [`--values=${everything}`, ...monitors, other, '--dry-run=server']

  const output = await runHelm(
    'install',
    'all',
    'deploy/chart',
    `--namespace=${namespace}`,
    ...args,
  )

  expect(output).toContain('kind: PodDisruptionBudget')
})

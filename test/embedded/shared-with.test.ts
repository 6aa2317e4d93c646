/** Templates, receivers and Secrets of another namespace: with its consent, and no longer than that. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout, patience } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const apiVersion = 'flagger.app/v1beta1'

/** The other team's metric server, chat and credentials; what was asked of both. */
async function givenTheirs(namespace: string) {
  const asked: string[] = []
  const url = await givenServer((request, response) => {
    asked.push(`${request.url?.split('?')[0]} ${request.headers.authorization ?? ''}`)
    request.resume()
    response.end(JSON.stringify({ data: { result: [{ value: [1, '1'] }] } }))
  })
  const { store } = cluster
  const secretRef = { name: 'key' }
  const metadata = { name: 'theirs', namespace }
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  store.create({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { ...secretRef, namespace } },
    data: { token: btoa('token-of-ops'), address: btoa(`${url}/chat`) },
  })
  const provider = { type: 'prometheus', address: url, secretRef }
  store.create({ apiVersion, kind: 'MetricTemplate', metadata, spec: { provider, query: 'v' } })
  const spec = { type: 'slack', secretRef }
  store.create({ apiVersion, kind: 'AlertProvider', metadata, spec })
  const share = (kind: string, text: string | null) => {
    const annotations = { 'flagger.app/shared-with': text }
    store.patch({ apiVersion, kind, ...metadata }, { metadata: { annotations } }, { type: 'merge' })
  }
  return { asked, share, ref: { name: 'theirs', namespace } }
}

function givenCanary(namespace: string, ref: { name: string; namespace: string }) {
  return givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        ...{ interval: '200ms', threshold: 10_000, stepWeight: 1, maxWeight: 90 },
        metrics: [{ name: 'errors', templateRef: ref, thresholdRange: { max: 5 } }],
        alerts: [{ name: 'chat', severity: 'info', providerRef: ref }],
      },
    },
  })
}

/** Their names, each once: of the list that watches begin with, servers give metadata alone. */
function secretsRead(namespace: string): (string | undefined)[] {
  const reads = cluster.server.requests
    .log()
    .filter((one) => one.resource === 'secrets' && one.namespace === namespace)
  return [...new Set(reads.map(({ name }) => name))]
}

test('what another namespace does not share is not asked, its Secret is not read, and its consent counts at the next look', async () => {
  const { asked, share, ref } = await givenTheirs('ops')
  const rollout = givenCanary('shop', ref)
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-require-shared-with=true'],
  })
  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(
    /Metric template theirs.ops error: it is not shared with namespace shop; add shop to its annotation/,
  )
  await rollout.hears(/alert provider theirs.ops error: it is not shared with namespace shop/)
  expect(asked).toEqual([])
  expect(secretsRead('ops')).toEqual([])

  share('MetricTemplate', 'shop')
  await rollout.hears(/Advance podinfo.shop canary weight 2$/m)
  expect(new Set(asked)).toEqual(new Set(['/api/v1/query Bearer token-of-ops']))

  share('MetricTemplate', null)
  const told = rollout.events().length
  await expect.poll(() => rollout.events().length, patience).toBeGreaterThan(told)
  const checks = () => rollout.canary()?.status?.canaryAnalysis?.checks
  await expect.poll(checks, patience).toMatchObject([{ name: 'errors', ok: false }])
  expect(secretsRead('ops')).toEqual(['key'])
  expect(await controller.end()).toBe(0)
})

test('as Flagger has it, all are used, with a warning for each', async () => {
  const { asked, ref } = await givenTheirs('ops-of-old')
  const rollout = givenCanary('of-old', ref)
  await startController({ kubeconfig: cluster.kubeconfig, flags: [] })
  await rollout.hears(
    /Warning .*MetricTemplate theirs of namespace ops-of-old is used without its consent; add of-old to its annotation flagger.app\/shared-with/,
  )
  await rollout.hears(/Warning .*AlertProvider theirs of namespace ops-of-old is used without/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(/Advance podinfo.of-old canary weight 2$/m)
  expect(asked).toContain('/api/v1/query Bearer token-of-ops')
  await expect.poll(() => asked, patience).toContain('/chat Bearer token-of-ops')
})

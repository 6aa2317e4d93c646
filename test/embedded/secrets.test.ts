/** Secrets: read anew when they change, and told to nobody but the server that they are for. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test('servers that repeat everything they are sent bring no secret to light', async () => {
  const namespace = 'echoes'
  const echo = await givenEcho()
  const withLogin = echo.url.replace('//', '//jane:pass-in-address@')
  createSecret(namespace, 'metrics', { token: 'token-of-metrics' })
  createSecret(namespace, 'chat', {
    address: `${withLogin}/services/key-in-path?key=key-in-query`,
    token: 'token-of-chat',
  })
  createOwn(namespace, 'MetricTemplate', 'errors', {
    provider: { type: 'prometheus', address: echo.url, secretRef: { name: 'metrics' } },
    query: 'errors',
  })
  createOwn(namespace, 'AlertProvider', 'chat', { type: 'slack', secretRef: { name: 'chat' } })
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        interval: '200ms',
        metrics: [{ name: 'errors', templateRef: { name: 'errors' } }],
        webhooks: [{ name: 'after', type: 'post-rollout', url: `${withLogin}/after` }],
        alerts: [{ name: 'chat', providerRef: { name: 'chat' } }],
      },
    },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfigFor('token-in-kubeconfig'),
    flags: [`-namespace=${namespace}`, `-event-webhook=${withLogin}/events/key-of-events`],
  })

  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Failed' })
  await rollout.hears(/alert provider chat.echoes send error: .*; not sent: /)
  await rollout.hears(/Post-rollout hook after failed/)
  const scraped = await (await fetch(`${controller.url}/metrics`)).text()
  await controller.end()

  expect(echo.paths()).toEqual(
    expect.arrayContaining([
      '/after',
      '/api/v1/query',
      '/events/key-of-events',
      '/services/key-in-path',
    ]),
  )
  expect(scraped).toContain('flagger_alerts_total{type="slack",result="failed"}')
  const status = JSON.stringify(rollout.canary()?.status)
  const told = [controller.output(), scraped, status, ...rollout.events()].join('\n')
  expect(told).toContain('***')
  for (const secret of [
    'token-of-metrics',
    'token-of-chat',
    'pass-in-address',
    'key-in-path',
    'key-in-query',
    'key-of-events',
    'token-in-kubeconfig',
    btoa('jane:pass-in-address'),
  ])
    expect(told).not.toContain(secret)
})

test('a Secret that changes in a run is used from the next check on', async () => {
  const namespace = 'rotated'
  const outside = await givenOutside()
  createSecret(namespace, 'metrics', { token: 'first' })
  createOwn(namespace, 'MetricTemplate', 'success', {
    provider: { type: 'prometheus', address: outside.url, secretRef: { name: 'metrics' } },
    query: 'success',
  })
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        interval: '200ms',
        stepWeight: 1,
        maxWeight: 100,
        metrics: [
          { name: 'success', templateRef: { name: 'success' }, thresholdRange: { min: 99 } },
        ],
      },
    },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })
  const tokens = () => [
    ...new Set(outside.requests.flatMap(({ headers }) => headers.authorization)),
  ]
  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(/Advance podinfo.rotated canary weight 2$/m)
  expect(tokens()).toEqual(['Bearer first'])

  const ref = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'metrics' }
  cluster.store.patch(ref, { data: { token: btoa('second\n') } }, { type: 'merge' })
  await expect.poll(tokens, patience).toEqual(['Bearer first', 'Bearer second'])

  cluster.store.delete(ref)
  await rollout.hears(
    /Warning Metric template success.rotated secret metrics error: secrets "metrics" not found/,
  )
  await rollout.reaches({ phase: 'Failed' })
  expect(controller.output()).not.toContain('"defect"')
})

/** A server that refuses everything, with all that it was sent. */
async function givenEcho(): Promise<{ url: string; paths: () => string[] }> {
  const seen = new Set<string>()
  const url = await givenServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { pathname } = new URL(request.url ?? '/', 'http://echo')
    seen.add(pathname)
    // Queries are long: what is of interest here are the headers.
    const path = pathname === '/api/v1/query' ? pathname : request.url
    const { authorization } = request.headers
    const body = Buffer.concat(chunks).toString('utf8').slice(0, 50)
    response.writeHead(400).end(JSON.stringify({ authorization, path, body }))
  })
  return { url, paths: () => [...seen].sort() }
}

function createSecret(namespace: string, name: string, values: Record<string, string>): void {
  const home = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
  if (!cluster.store.get(home))
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const data = Object.fromEntries(Object.entries(values).map(([key, text]) => [key, btoa(text)]))
  const metadata = { namespace, name }
  cluster.store.create({ apiVersion: 'v1', kind: 'Secret', metadata, data } as KubeObject)
}

function createOwn(namespace: string, kind: string, name: string, spec: object): void {
  const metadata = { namespace, name }
  cluster.store.create({
    apiVersion: 'flagger.app/v1beta1',
    kind,
    metadata,
    spec,
  } as KubeObject)
}

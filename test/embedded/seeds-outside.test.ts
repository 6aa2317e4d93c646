/**
 * Every MetricTemplate, AlertProvider and hook of the documents that users follow, through a whole
 * rollout: only the addresses are the test's, and the values of the Secrets.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertProviderResource, MetricTemplateResource } from '../../src/canary/api.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import { manifests } from '../manifests/seeds.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const timeout = 300_000
const patience = { timeout: 90_000, interval: 50 }

interface Asked {
  method: string
  url: URL
  headers: Record<string, unknown>
  body: string
}

/** Prometheus, Datadog, chats and hooks at one address; what was asked of them. */
async function givenOutside(refusing: (path: string) => boolean = () => false) {
  const asked: Asked[] = []
  const url = await givenServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const { method = '', headers } = request
      const of = new URL(request.url ?? '', 'http://outside')
      asked.push({ method, url: of, headers, body })
      if (refusing(of.pathname)) return response.writeHead(403).end('Forbidden')
      return response.end(JSON.stringify(of.pathname === '/api/v1/query' ? metric(of) : {}))
    })
  })
  return { url, asked }
}

/** Datadog asks for a time, Prometheus does not. */
function metric(url: URL): object {
  const startedMs = Date.now() - 30_000
  if (url.searchParams.has('from'))
    return { series: [{ interval: 1, pointlist: [[startedMs, 2]] }] }
  return { data: { result: [{ value: [1, '2'] }] } }
}

function seedsOf<T extends KubeObject>(kind: string): { file: string; object: T }[] {
  return manifests
    .filter(({ object }) => object.kind === kind)
    .map(({ file, object }) => ({ file, object: structuredClone(object) as T }))
}

function createNamespace(name: string): void {
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

function createSecret(namespace: string, name: string, values: Record<string, string>): void {
  const data = Object.entries(values).map(([key, value]) => [key, btoa(value)])
  const metadata = { namespace, name }
  cluster.store.create({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata },
    data: Object.fromEntries(data),
  })
}

async function rolledOut(namespace: string, analysis: object, phase: 'Succeeded' | 'Failed') {
  const rollout = givenRollout(cluster, {
    namespace,
    metadata: { labels: { environment: 'production', version: '6.0.1' } },
    spec: {
      analysis: {
        ...{ interval: '200ms', threshold: 1, stepWeight: 50, maxWeight: 50, metrics: [] },
        ...analysis,
      },
    },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase })
  return rollout
}

test('every MetricTemplate is asked with its credentials, and its value is judged', {
  timeout,
}, async () => {
  const namespace = 'seed-templates'
  const { url, asked } = await givenOutside()
  const templates = seedsOf<MetricTemplateResource>('MetricTemplate')
  expect(templates.map(({ object }) => object.metadata.name).toSorted()).toEqual([
    'datadog-error-rate',
    'error-rate',
    'latency',
  ])
  createNamespace(namespace)
  createSecret(namespace, 'datadog-api-key', {
    ...{ datadog_api_key: 'key-of-tests', datadog_application_key: 'application-of-tests' },
  })
  for (const { object } of templates) {
    const spec = { ...object.spec, provider: { ...object.spec?.provider, address: url } }
    cluster.store.create({
      ...object,
      metadata: { ...object.metadata, namespace },
      spec,
    } as KubeObject)
  }
  const metrics = templates.map(({ object: { metadata } }) => ({
    name: metadata.name,
    templateRef: { name: metadata.name },
    thresholdRange: { max: 5 },
  }))
  const rollout = await rolledOut(namespace, { metrics }, 'Succeeded')
  expect(rollout.canary()?.status?.canaryAnalysis?.checks).toMatchObject(
    templates.map(({ object }) => ({ name: object.metadata.name, ok: true, value: 2 })),
  )
  const queries = asked.map(({ url: of }) => of.searchParams.get('query') ?? '')
  for (const part of [
    'deployment="podinfo"',
    'avg:trace.http.request.errors{service:podinfo}',
    'route=~"kube(ew)?_seed-templates__podinfo_canary__.*__podinfo_canary(_[0-9]+)?"',
  ])
    expect(
      queries.some((query) => query.includes(part)),
      part,
    ).toBe(true)
  const datadog = asked.find(({ url: of }) => of.searchParams.has('from'))
  expect(datadog?.headers).toMatchObject({
    'dd-api-key': 'key-of-tests',
    'dd-application-key': 'application-of-tests',
  })
})

test('every AlertProvider is told of a run, in its form and by its template', {
  timeout,
}, async () => {
  const namespace = 'seed-alerts'
  const { url, asked } = await givenOutside((path) => path === '/no')
  const providers = seedsOf<AlertProviderResource>('AlertProvider')
  expect(providers.map(({ object }) => object.metadata.name).toSorted()).toEqual([
    'msteams',
    'slack',
    'slack-oncall',
  ])
  createNamespace(namespace)
  for (const { object } of providers) {
    const { name } = object.metadata
    const { secretRef, address } = object.spec ?? {}
    if (secretRef) createSecret(namespace, secretRef.name, { address: `${url}/${name}` })
    const spec = { ...object.spec, ...(address && { address: `${url}/${name}` }) }
    cluster.store.create({ ...object, metadata: { name, namespace }, spec } as KubeObject)
  }
  const alerts = providers.map(({ object: { metadata } }) => ({
    ...{ name: metadata.name, severity: 'info', providerRef: { name: metadata.name } },
  }))
  const webhooks = [{ name: 'test', url: `${url}/no` }]
  await rolledOut(namespace, { alerts, webhooks }, 'Failed')

  const told = (name: string) =>
    asked.filter(({ url: of }) => of.pathname === `/${name}`).map(({ body }) => JSON.parse(body))
  for (const name of ['slack', 'msteams', 'slack-oncall'])
    await expect.poll(() => told(name).length, patience).toBe(3)
  expect(told('slack').at(-1)).toMatchObject({
    ...{ channel: 'deployments', username: 'flagger' },
    attachments: [{ color: 'danger', text: 'Failed checks threshold reached 1' }],
  })
  expect(told('msteams').at(-1)).toMatchObject({
    '@type': 'MessageCard',
    sections: [{ activityTitle: 'Failed checks threshold reached 1' }],
  })
  const [{ text }] = told('slack-oncall').at(-1).attachments
  expect(text).toMatch(/^:warning:\n\*Canary Deployment failed\*\n\*Environment:\* production\n/)
  expect(text).toContain('*Service:* podinfo.seed-alerts\n*Version:* 6.0.1\n*Failure Reason:*')
})

test('every hook is called at its time, with its method, body and metadata', {
  timeout,
}, async () => {
  const namespace = 'seed-hooks'
  const found = seedsOf<KubeObject & { spec?: { analysis?: { webhooks?: Hook[] } } }>('Canary')
  const hooks = found
    .flatMap(({ file, object }) =>
      (object.spec?.analysis?.webhooks ?? []).map((hook) => ({ hook, file })),
    )
    .map(({ hook, file }, index) => ({ hook, id: `${file}-${index}` }))
  expect(hooks.length).toBeGreaterThan(25)
  const polled = new Set(
    hooks.flatMap(({ hook, id }) => (hook.type === 'rollback' && !hook.call ? [id] : [])),
  )
  const idIn = (path: string) => path.split('/')[1] ?? ''
  const { url, asked } = await givenOutside((path) => polled.has(idIn(path)))
  const webhooks = hooks.map(({ hook, id }) => {
    const { pathname } = new URL(hook.url)
    return { ...hook, timeout: '60s', url: `${url}/${id}${pathname}` }
  })
  await rolledOut(namespace, { webhooks }, 'Succeeded')
  const isCalled = ({ type }: Hook, id: string) =>
    type === 'post-rollout' || type !== 'rollback' || polled.has(id)
  for (const { hook, id } of hooks.filter((one) => isCalled(one.hook, one.id))) {
    await expect.poll(() => asked.some((one) => idIn(one.url.pathname) === id), patience).toBe(true)
    const [call] = asked.filter((one) => idIn(one.url.pathname) === id)
    const { metadata = {} } = hook
    expect(call?.method, id).toBe('POST')
    const sent: unknown = JSON.parse(call?.body ?? 'null')
    if (metadata.body !== undefined && !('cmd' in metadata) && !('type' in metadata))
      expect(sent, id).toEqual(JSON.parse(metadata.body))
    else
      expect(sent, id).toMatchObject({
        ...{ name: 'podinfo', namespace },
        ...(Object.keys(metadata).length > 0 && { metadata: keysOf(metadata) }),
      })
  }
})

interface Hook {
  name: string
  url: string
  type?: string
  call?: string
  metadata?: Record<string, string>
}

/**
 * Commands that ask for the weight are sent with the one of the moment, and what describes an event
 * is the controller's.
 */
function keysOf(metadata: Record<string, string>): object {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, text]) => [
      key,
      text.includes('{{') || key === 'eventType' ? expect.any(String) : text,
    ]),
  )
}

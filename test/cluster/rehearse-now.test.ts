/**
 * `rehearse --now` and `check` ask Services of a real cluster through its API server, which leads to
 * nothing but addresses of pods. The pod of this test is one by name only: its address is that of
 * this machine, where a server of the test answers.
 */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type Answer, runPlugin } from '../commands/support/cluster.ts'
import { adminKubeconfig, clusterTest } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'

/** The API server refuses to lead to loopback addresses. */
const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

interface Asked {
  path: string
  query: string | null
  body: string
  headers: IncomingHttpHeaders
}

let server: Server
let port: number
let asked: Asked[] = []

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://here')
    const body = Buffer.concat(await request.toArray()).toString()
    asked.push({ path, query: searchParams.get('query'), body, headers: request.headers })
    if (path === '/gate/closed') response.statusCode = 403
    const data = { resultType: 'vector', result: [{ value: [1, '82.75'] }] }
    response.end(path.startsWith('/api') ? JSON.stringify({ status: 'success', data }) : 'ok')
  })
  server.listen(0, own)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
})

/** A Service whose one pod has the address of this machine. */
async function givenService(api: Api, namespace: string, name: string): Promise<void> {
  const all = `/api/v1/namespaces/${namespace}`
  const pod = `${name}-0`
  await api.request('POST', `${all}/services`, {
    metadata: { name },
    spec: { ports: [{ port: 80, targetPort: port }] },
  })
  await api.request('POST', `${all}/pods`, {
    metadata: { name: pod },
    spec: { containers: [{ name: 'it', image: 'it' }] },
  })
  const status = { phase: 'Running', podIP: own, podIPs: [{ ip: own }] }
  const merge = 'application/merge-patch+json'
  await api.request('PATCH', `${all}/pods/${pod}/status`, { status }, merge)
  // No controller of the cluster runs that would make them.
  await api.request('POST', `${all}/endpoints`, {
    metadata: { name },
    subsets: [
      {
        addresses: [{ ip: own, targetRef: { kind: 'Pod', namespace, name: pod } }],
        ports: [{ port }],
      },
    ],
  })
}

/** A Canary that asks this metrics server and this gate. */
async function givenCanary(
  api: Api,
  namespace: string,
  { metricsServer, gate }: { metricsServer: string; gate: string },
): Promise<void> {
  await api.request('POST', `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`, {
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' },
    metadata: { name: 'podinfo' },
    spec: {
      ...{ provider: 'istio', metricsServer, service: { port: 9898 } },
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      analysis: {
        ...{ interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
        metrics: [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }],
        webhooks: [{ name: 'gate', type: 'confirm-promotion', url: gate }],
      },
    },
  })
}

const plugin = (line: string): Promise<Answer> => runPlugin(line, adminKubeconfig, {})

const withOwn = own === undefined ? clusterTest.skip : clusterTest

withOwn('metrics and hooks are asked through the API server', async ({ api, namespace }) => {
  await givenService(api, namespace, 'outside')
  const metricsServer = 'http://outside'
  const gate = `http://outside.${namespace}/gate/closed?for=x`
  await givenCanary(api, namespace, { metricsServer, gate })

  const { code, stdout } = await plugin(`rehearse podinfo --now --hooks --yes -n ${namespace}`)

  expect(code).toBe(3)
  expect(stdout).toMatch(/^request-success-rate +metric +82\.75% +>= 99% +✖ fail/m)
  // A gate that is closed says so by 403, as the API server says that somebody may not ask.
  expect(stdout).toMatch(/^gate +hook .*✖ fail/m)
  const [metric, hook] = asked.toSorted((one, other) => one.path.localeCompare(other.path))
  expect(metric).toMatchObject({ path: '/api/v1/query' })
  expect(metric?.query).toContain('istio_requests_total')
  expect(hook).toMatchObject({ path: '/gate/closed' })
  expect(JSON.parse(hook?.body ?? '')).toMatchObject({ name: 'podinfo', namespace })
  // What the API server says of whom it asks for.
  const through = `/api/v1/namespaces/${namespace}/services/outside:80/proxy`
  expect(asked.map(({ headers }) => headers['x-forwarded-uri'])).toEqual([
    expect.stringContaining(through),
    expect.stringContaining(through),
  ])

  const checked = await plugin(`check podinfo -n ${namespace}`)
  expect(checked.stdout).toContain('✔ metrics server http://outside answers\n')
})

withOwn('a Service without a pod is asked by no other way', async ({ api, namespace }) => {
  await api.request('POST', `/api/v1/namespaces/${namespace}/services`, {
    metadata: { name: 'empty' },
    spec: { ports: [{ port: 80 }] },
  })
  await api.request('POST', `/api/v1/namespaces/${namespace}/endpoints`, {
    metadata: { name: 'empty' },
  })
  const address = `http://empty.${namespace}`
  await givenCanary(api, namespace, { metricsServer: address, gate: address })
  const why = 'no endpoints available for service "empty"'

  const { code, stdout } = await plugin(`rehearse podinfo --now -n ${namespace}`)
  expect(code).toBe(3)
  expect(stdout).toContain(why)
  const checked = await plugin(`check podinfo -n ${namespace}`)
  expect(checked.stdout).toContain(`✖ metrics server ${address} does not answer (${why})`)
})

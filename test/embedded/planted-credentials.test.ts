/** What only the machine of the controller can reach stays there, however a tenant asks for it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const planted = 'ASIAPLANTED'

/** As clouds answer on their machines; not at the one address that the tests open. */
async function givenInstance() {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    request.resume()
    const error = { AccessKeyId: planted }
    response.writeHead(403).end(JSON.stringify({ status: 'error', errorType: planted, error }))
  })
  server.listen(0, '127.0.0.2')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.2:${port}/latest/iam`, port, requests: () => requests }
}

test('credentials of the instance are asked by no metric server, hook, redirect or receiver, and shown nowhere', async () => {
  const instance = await givenInstance()
  const redirect = await givenServer((request, response) => {
    request.resume()
    response.writeHead(307, { location: instance.url }).end()
  })
  const namespace = 'tenant'
  const own = (kind: string, name: string, spec: object) =>
    cluster.store.create({
      ...{ apiVersion: 'flagger.app/v1beta1', kind, metadata: { name, namespace }, spec },
    })
  const hook = (name: string, type: string, url: string) => ({ name, type, url, retries: 0 })
  const paced = { interval: '200ms', stepWeight: 50 }
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        ...{ ...paced, threshold: 2 },
        webhooks: [
          hook('direct', 'pre-rollout', instance.url),
          hook('mapped', 'event', `http://[::ffff:127.0.0.2]:${instance.port}/`),
          hook('led', 'post-rollout', redirect),
        ],
        alerts: [{ name: 'chat', severity: 'info', providerRef: { name: 'chat' } }],
      },
    },
  })
  const measured = givenRollout(cluster, {
    ...{ namespace, name: 'measured' },
    spec: {
      metricsServer: instance.url,
      analysis: {
        ...{ ...paced, threshold: 2 },
        metrics: [
          { name: 'endpoint', templateRef: { name: 'endpoint' }, thresholdRange: { min: 1 } },
          { name: 'request-success-rate', thresholdRange: { min: 99 } },
        ],
      },
    },
  })
  own('MetricTemplate', 'endpoint', {
    provider: { type: 'webhook', address: redirect, valuePath: 'AccessKeyId' },
    query: '',
  })
  own('AlertProvider', 'chat', { type: 'slack', address: redirect })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-allowed-addresses=127.0.0.1'],
  })
  for (const one of [rollout, measured]) {
    await one.hears(/Initialization done/)
    one.setImage('podinfo:6.0.1')
    await one.reaches({ phase: 'Failed' })
  }
  const checks = measured.canary()?.status?.canaryAnalysis?.checks ?? []
  expect(checks.map(({ name, ok }) => `${name} ${ok}`)).toContain('request-success-rate false')
  await rollout.hears(/pre-rollout check direct failed/)
  await rollout.hears(/Post-rollout hook led failed/)
  await rollout.hears(/alert provider chat.tenant send error: .*not sent: /)
  const scraped = await (await fetch(`${controller.url}/metrics`)).text()
  expect(await controller.end()).toBe(0)

  expect(instance.requests()).toBe(0)
  const told = [rollout, measured].flatMap((one) => [JSON.stringify(one.canary()), ...one.events()])
  expect([controller.output(), scraped, ...told].join('\n')).not.toContain(planted)
})

import { existsSync, readFileSync, statSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { kinds } from '../../../src/kinds.gen.ts'
import { customKinds } from '../../../src/sandbox/definitions.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { kindOf } from '../../../src/sandbox/simulation/objects.ts'
import { fakeClock } from '../io/fake-clock.ts'
import { deployment } from './simulation/support.ts'

async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const started = await startSandbox(options)
  onTestFinished(() => started.close())
  return started
}

test('a kubeconfig, in a file for the user alone, leads to the API server', async () => {
  const { url, kubeconfigPath, kubeconfig } = await sandbox()
  expect(readFileSync(kubeconfigPath, 'utf8')).toBe(kubeconfig)
  expect(statSync(kubeconfigPath).mode & 0o777).toBe(0o600)
  expect(parse(kubeconfig).clusters[0].cluster.server).toBe(url)
  const answer = await fetch(`${url}/version`)
  expect(answer.status).toBe(200)
})

test('every kind that the project knows is served', async () => {
  const { store } = await sandbox()
  for (const kind of kinds) expect(() => store.list(kind)).not.toThrow()
})

test('our own kinds are held to their schema, those of providers are taken as they come', async () => {
  const { store } = await sandbox()
  const of = (apiVersion: string, kind: string) => ({
    ...{ apiVersion, kind, metadata: { name: 'a', namespace: 'default' } },
    spec: { anything: { at: ['all'] } },
  })
  expect(() => store.create(of('flagger.app/v1beta1', 'Canary'))).toThrow('is invalid')
  const taken = store.create(of('networking.istio.io/v1beta1', 'VirtualService'))
  expect(taken.spec).toEqual({ anything: { at: ['all'] } })
})

test('no group of Kubernetes itself is defined anew', () => {
  const groups = customKinds().map(({ metadata }) => metadata.name.replace(/^[^.]*\./, ''))
  expect(groups).toContain('networking.istio.io')
  expect(groups).not.toContain('networking.k8s.io')
  expect(groups).not.toContain('coordination.k8s.io')
})

test('pods of a Deployment start on its nodes, in its time', async () => {
  const clock = fakeClock()
  const { store } = await sandbox({ clock, nodes: 1, startupMs: 5_000, namespaces: ['shop'] })
  const wanted = deployment({ replicas: 1 })
  store.create({ ...wanted, metadata: { ...wanted.metadata, namespace: 'shop' } })
  clock.step(4_000)
  const ready = () => store.get<typeof wanted>(ref)?.status?.readyReplicas
  const ref = { ...kindOf.deployment, namespace: 'shop', name: 'app' }
  expect(ready()).toBe(0)
  clock.step(2_000)
  expect(ready()).toBe(1)
})

test('traffic is counted in the Prometheus', async () => {
  const clock = fakeClock()
  const loads = [{ namespace: 'default', service: 'app', requestsPerSecond: 10 }]
  const { prometheusUrl, traffic } = await sandbox({ clock, loads })
  clock.step(10_000)
  expect(traffic.tally({ namespace: 'default', service: 'app' }).failed).toBe(100)
  const query = new URLSearchParams({ query: 'sum(istio_requests_total{response_code="503"})' })
  const answer = await fetch(`${prometheusUrl}/api/v1/query?${query}`)
  expect(await answer.json()).toMatchObject({
    data: { result: [{ value: [expect.any(Number), '100'] }] },
  })
})

test('a closed sandbox leaves nothing behind', async () => {
  const clock = fakeClock()
  const { close, url, prometheusUrl, kubeconfigPath } = await startSandbox({ clock })
  await close()
  expect(existsSync(kubeconfigPath)).toBe(false)
  await expect(fetch(`${url}/version`)).rejects.toThrow()
  await expect(fetch(`${prometheusUrl}/metrics`)).rejects.toThrow()
  expect(clock.nextMs()).toBeUndefined()
})

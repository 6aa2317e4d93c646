/** `check`: real command lines. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
let folder: string

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-check-'))
  cluster.put(
    canaryObject({ status: { phase: 'Succeeded', controller: 'canary-controller/v0.1.0' } }),
  )
})
afterAll(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

test('the state of the cluster is told line by line', async () => {
  const { code, stdout, stderr } = await cluster.run('check')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^✔ kubectl-canary v\S+, Kubernetes v/)
  expect(stdout).toContain('✔ CRD canaries.flagger.app v1beta1\n')
  expect(stdout).toContain('✔ 1 canary handled by canary-controller v0.1.0\n')
  expect(stdout).toContain('✔ you may: get canaries')
  expect(stdout).not.toContain("the CRDs are Flagger's")
})

test('with names only these canaries count', async () => {
  const own = await startCluster()
  onTestFinished(() => own.close())
  const template = (name: string) => ({
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' },
    metadata: { name, namespace: 'test' },
    spec: { provider: { type: 'prometheus', address: `http://${name}:9090` }, query: 'x' },
  })
  const metrics = [{ name: 'errors', templateRef: { name: 'errors' }, thresholdRange: { max: 1 } }]
  own.put(
    template('errors') as KubeObject,
    template('latency') as KubeObject,
    canaryObject({ name: 'podinfo', analysis: { metrics }, status: { phase: 'Succeeded' } }),
    canaryObject({ status: { phase: 'Succeeded', controller: 'flagger/1.44' }, name: 'old' }),
  )
  const [all, one, byTarget, none, both] = await Promise.all(
    ['', 'podinfo', 'deploy/podinfo', 'podinof podinfo', 'podinfo --pre'].map((words) =>
      own.run(`check ${words}`),
    ),
  )
  expect(all?.stdout).toContain('test/old')
  expect(all?.stdout).toContain('http://latency:9090')
  expect(one?.stdout).not.toContain('test/old')
  expect(one?.stdout).toContain('http://errors:9090')
  expect(one?.stdout).not.toContain('http://latency:9090')
  expect(byTarget).toEqual(one)
  expect(none?.code).toBe(1)
  expect(none?.stderr).toBe(
    'Error from server (NotFound): canaries.flagger.app "podinof" not found\n  canaries in namespace "test": podinfo, old\n',
  )
  expect(none?.stdout).toBe(one?.stdout)
  expect(both?.code).toBe(2)
})

test('an address on the Internet is no Service, unless there is one of that name', async () => {
  const own = await startCluster()
  onTestFinished(() => own.close())
  const named = (name: string, metricsServer: string) =>
    canaryObject({ name, spec: { metricsServer }, status: { phase: 'Succeeded' } })
  own.put(
    named('outside', 'https://example.com'),
    named('inside', 'http://prometheus.test:9090'),
    named('gone', 'http://gone.test.svc:9090'),
    {
      ...{ apiVersion: 'v1', kind: 'Service' },
      metadata: { name: 'prometheus', namespace: 'test' },
      spec: { ports: [{ port: 9090 }] },
    } as KubeObject,
  )
  const { stdout } = await own.run('check')
  expect(stdout).not.toContain('example.com')
  expect(stdout).toContain('metrics server http://prometheus.test:9090 does not answer')
  expect(stdout).toContain('metrics server http://gone.test.svc:9090 does not answer')
})

test('templates that can not be listed are told, and the rest is checked', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'metrictemplates.flagger.app'
      ? { status: 503, reason: 'ServiceUnavailable', message: 'not now' }
      : undefined,
  )
  onTestFinished(end)
  const { code, stdout } = await cluster.run('check')
  expect(code).toBe(0)
  expect(stdout).toContain('⚠ list metrictemplates failed: 503 ServiceUnavailable: not now\n')
})

test('a controller that has met no canary yet is known by the usual lease', async () => {
  const fresh = await startCluster()
  onTestFinished(() => fresh.close())
  expect((await fresh.run('check')).stdout).toContain("⚠ whether a controller lives can't be told")
  const renewTime = new Date().toISOString()
  fresh.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flagger-system' } }, {
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    metadata: { name: 'flagger-leader-election', namespace: 'flagger-system' },
    spec: { holderIdentity: 'a', renewTime, leaseDurationSeconds: 60 },
  } as KubeObject)
  expect((await fresh.run('check')).stdout).toContain(
    '✔ the controller lives: it holds the lease flagger-system/flagger-leader-election\n',
  )
})

test('an executable that kubectl would run instead is named', async () => {
  const path = join(folder, 'kubectl-canary-skip_analysis')
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  const { stdout } = await cluster.run('check -o json', { env: { PATH: folder } })
  const { kind, items } = JSON.parse(stdout)
  expect(kind).toBe('CanaryCheck')
  expect(items.at(-1)).toMatchObject({
    id: 'shadows',
    level: 'warning',
    message: expect.stringContaining(path),
  })
})

test('before a move it lists what would not be cared for', async () => {
  expect(await cluster.run('check --migrate')).toMatchObject({
    code: 0,
    stdout: '✔ all would be cared for (canaries: 1, metric templates: 0, alert providers: 0)\n',
  })
  cluster.put(canaryObject({ name: 'endless', analysis: { stepWeight: 0 } }))
  const { code, stdout } = await cluster.run('check -A --migrate')
  expect(code).toBe(3)
  expect(stdout).toContain('✖ canary test/endless: spec.analysis would never end')
})

test('before a move it goes through all pages of a long list', async () => {
  const many = await startCluster()
  try {
    many.put(...Array.from({ length: 501 }, (_, at) => canaryObject({ name: `c${at}` })))
    const { stdout } = await many.run('check --migrate')
    expect(stdout).toContain('(canaries: 501, metric')
  } finally {
    await many.close()
  }
})

test('before an installation it says what stands in its way', async () => {
  const { code, stdout } = await cluster.run('check --pre')
  expect(code).toBe(0)
  expect(stdout).toContain('✔ no other controller is in the way\n')
  expect(stdout).toMatch(
    /✔ you may: patch customresourcedefinitions, .* in namespace flagger-system$/m,
  )
  const labels = { app: 'flagger' }
  const containers = [{ name: 'flagger', image: 'flagger:1.44.0' }]
  cluster.put({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'flagger', namespace: 'empty', labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  } as KubeObject)
  const taken = await cluster.run('check --pre')
  expect(taken.code).toBe(3)
  expect(taken.stdout).toContain('✖ deployment flagger in namespace empty is a controller of all')
  expect((await cluster.run('check --pre --migrate')).code).toBe(2)
})

/** The judge in the loop: real counts of users whom the canary serves well, or not. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource, CanaryStatus } from '../../src/canary/api.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Load } from '../../src/sandbox/traffic.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { startController } from './support/controller.ts'
import { patience } from './support/rollout.ts'

vi.setConfig({ testTimeout: 300_000 })

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ startupMs: 100 })
  sandbox.profiles.set('podinfo', { errorRate: 0.02 })
  sandbox.profiles.set('podinfo:doubled', { errorRate: 0.04 })
  sandbox.profiles.set('podinfo:broken', { errorRate: 0.4 })
  sandbox.profiles.set('podinfo:slow', { errorRate: 0.02, medianMs: 300, p99Ms: 450 })
})
afterAll(() => sandbox.close())

const loads: Load[] = []

/** podinfo, of whose requests one in fifty fails; its range allows every other one to. */
function given(namespace: string, judge?: object) {
  const { store } = sandbox
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const at = { metadata: { name: 'podinfo', namespace } }
  store.create(merged(deployment, at))
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  const metrics = [
    { name: 'request-success-rate', interval: '5s', thresholdRange: { min: 50 } },
    { name: 'request-duration', interval: '5s', thresholdRange: { max: 500 } },
  ]
  const analysis = { interval: '1s', threshold: 4, stepWeight: 25, maxWeight: 50, metrics }
  store.create(
    merged(
      { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...at },
      {
        spec: {
          targetRef,
          service: { port: 9898 },
          analysis: { ...analysis, ...(judge && { judge }) },
        },
      },
    ),
  )
  loads.push({ namespace, service: 'podinfo', requestsPerSecond: 300 })
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  const status = () => store.get<CanaryResource>(ref)?.status
  return {
    status,
    run(image: string) {
      const containers = [{ name: 'podinfod', image }]
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo' }
      store.patch(target, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
    },
    reaches: (wanted: CanaryStatus) =>
      vi.waitFor(() => expect(status(), namespace).toMatchObject(wanted), {
        timeout: 280_000,
        interval: 100,
      }),
    events: () =>
      store
        .list<KubeObject & { message?: string }>({ apiVersion: 'v1', kind: 'Event' }, { namespace })
        .map(({ message = '' }) => message),
  }
}

/** Its users got so many answers, which takes some seconds. */
function isServed(load: Load): boolean {
  const { sent, failed } = sandbox.traffic.tally(load)
  return sent - failed > 900
}

/** Failures of the sandbox are independent. */
const settings = { cluster: 1, falseRollback: 20 }

test('the judge takes back what a range promotes, and promotes what is as good as before', async () => {
  const ranged = given('ranged')
  const doubled = given('doubled', settings)
  const broken = given('broken', settings)
  const slow = given('slow', settings)
  const slowRanged = given('slow-ranged')
  const healthy = given('healthy', settings)
  sandbox.traffic.setLoads(loads)
  await startController({
    kubeconfig: sandbox.kubeconfigPath,
    flags: [`-metrics-server=${sandbox.prometheusUrl}`],
  })
  const all = [ranged, doubled, broken, healthy, slow, slowRanged]
  await Promise.all(all.map(({ reaches }) => reaches({ phase: 'Initialized' })))
  // A primary whose durations nobody has counted yet is judged by its range for the whole run.
  await vi.waitFor(() => expect(loads.every(isServed)).toBe(true), { timeout: 60_000 })
  ranged.run('podinfo:doubled')
  doubled.run('podinfo:doubled')
  broken.run('podinfo:broken')
  healthy.run('podinfo:healthy')
  slow.run('podinfo:slow')
  slowRanged.run('podinfo:slow')

  await Promise.all([
    ranged.reaches({ phase: 'Succeeded' }),
    doubled.reaches({ phase: 'Failed', failedChecks: 0 }),
    broken.reaches({ phase: 'Failed', failedChecks: 0 }),
    healthy.reaches({ phase: 'Succeeded' }),
    slow.reaches({ phase: 'Failed', failedChecks: 0 }),
    slowRanged.reaches({ phase: 'Succeeded' }),
  ])
  // 99 % of its requests take less than the range allows, and most take far longer than before.
  expect(slow.status()?.history?.[0]?.reason).toMatch(
    /^judge: request-duration is over \d+ms [\d.]+ times as often as the primary \(/,
  )
  expect(slow.status()?.history?.[0]?.judge?.metrics?.map(({ bound }) => bound)).toEqual([
    undefined,
    500,
    expect.any(Number),
  ])
  expect(doubled.status()?.canaryAnalysis?.judge).toMatchObject({ verdict: 'Fail' })
  expect(healthy.status()?.canaryAnalysis?.judge).toMatchObject({ verdict: 'Pass' })
  expect(broken.status()?.history?.[0]?.reason).toMatch(
    /^judge: request-success-rate fails [\d.]+ times as often as the primary \(/,
  )
  await vi.waitFor(() => {
    expect(broken.events().join('\n')).toContain('Rolling back podinfo.broken judge: ')
    expect(healthy.events().join('\n')).toContain('Judge passed podinfo.healthy: ')
  }, patience)
})

/** Pods that Kubernetes does not even make: the real controllers of a cluster say why. */
import { vi } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { pathOf } from '../conformance/kinds.ts'
import { baseCanary, deployment, merged } from '../scenarios/scenario.ts'
import { clusterTest } from './cluster-test.ts'
import { givenController } from './given-controller.ts'

const patience = { timeout: 90_000, interval: 200 }

clusterTest(
  'a canary whose pods may not be made is told with the words of Kubernetes',
  { timeout: 150_000 },
  async ({ api, namespace, expect }) => {
    const spec = { provider: 'kubernetes', analysis: { interval: '1s', iterations: 2 } }
    for (const object of [deployment, merged(baseCanary, { spec })])
      await api.request('POST', pathOf(object.kind, namespace), object)
    await givenController(namespace, 'unmade')
    await vi.waitFor(async () => {
      const found = await api.find<CanaryResource>(pathOf('Canary', namespace, 'podinfo'))
      expect(found?.status?.phase).toBe('Initialized')
    }, patience)
    const type = 'application/merge-patch+json'
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await api.request('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } }, type)
    const containers = [{ name: 'podinfod', image: 'podinfo:6.0.1' }]
    const change = { spec: { template: { spec: { containers } } } }
    await api.request('PATCH', pathOf('Deployment', namespace, 'podinfo'), change, type)
    await vi.waitFor(async () => {
      const path = pathOf('Event', namespace)
      const { items } = await api.request<{ items: { message: string }[] }>('GET', path)
      const said = items.map(({ message }) => message)
      expect(said).toContainEqual(
        expect.stringMatching(
          /canary deployment podinfo\.\S+ not ready: waiting for .* updated; FailedCreate: pods .* is forbidden: violates PodSecurity/,
        ),
      )
    }, patience)
  },
)

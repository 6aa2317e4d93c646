/** Somebody else writes what the controller writes: the real API server says who. */
import { onTestFinished, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { pathOf } from '../conformance/kinds.ts'
import { baseCanary, deployment, merged } from '../scenarios/scenario.ts'
import { clusterTest } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { givenController } from './given-controller.ts'

const patience = { timeout: 90_000, interval: 200 }

interface VirtualService extends KubeObject {
  spec: { http: { timeout?: string }[] }
}

/** A canary on Istio whose requests time out after ten seconds, and the controller for it. */
async function givenCanary(api: Api, namespace: string): Promise<void> {
  const spec = { provider: 'istio', service: { timeout: '10s' }, analysis: { interval: '1s' } }
  for (const object of [deployment, merged(baseCanary, { spec })])
    await api.request('POST', pathOf(object.kind, namespace), object)
  await givenController(namespace, 'contested')
}

/** Sets the timeout back whenever it is otherwise; counts how often it had to. */
function fight(api: Api, namespace: string): { writes: number } {
  const count = { writes: 0 }
  const at = pathOf('VirtualService', namespace, 'podinfo')
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  const look = async (): Promise<void> => {
    const found = await api.find<VirtualService>(at)
    const [rule] = found?.spec.http ?? []
    if (!found || !rule || rule.timeout === '5s') return
    rule.timeout = '5s'
    await api.request('PUT', `${at}?fieldManager=mesh-defaults`, found)
    // One that met a conflict set nothing back.
    count.writes += 1
  }
  // A conflict with the controller, or a connection that breaks, is tried again at the next look.
  const again = () =>
    void look()
      .catch(() => undefined)
      .finally(() => isOver || setTimeout(again, 20))
  again()
  return count
}

clusterTest(
  'a field that another manager keeps is left to it, and the event names it',
  { timeout: 120_000 },
  async ({ api, namespace, expect }) => {
    await givenCanary(api, namespace)
    const fought = fight(api, namespace)
    await vi.waitFor(async () => {
      const { items } = await api.request<{ items: { message: string }[] }>(
        'GET',
        pathOf('Event', namespace),
      )
      expect(items.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(
          /spec\.http\[0\]\.timeout is contested: mesh-defaults sets it to "5s"/,
        ),
      )
    }, patience)
    expect(fought.writes).toBeLessThan(10)
  },
)

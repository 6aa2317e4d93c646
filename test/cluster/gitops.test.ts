/** Reconcilers of Git repositories, which apply the same manifests again and again. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, vi } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import { startController } from '../embedded/support/controller.ts'
import { clusterTest, controllerKubeconfig } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { podinfo } from './podinfo.ts'

const patience = { timeout: 90_000, interval: 100 }
const deploymentOf = (namespace: string) =>
  `/apis/apps/v1/namespaces/${namespace}/deployments/podinfo`
const canaryOf = (namespace: string) =>
  `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`

/** What is in Git: a Deployment that leaves its size to others, and its Canary. */
function manifests(image: string): Record<'deployment' | 'canary', KubeObject> {
  const container = { ...podinfo.spec.template.spec.containers[0], image }
  const template = { ...podinfo.spec.template, spec: { containers: [container] } }
  return {
    deployment: { ...podinfo, spec: { ...podinfo.spec, template } } as KubeObject,
    canary: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 9898 },
        analysis: { interval: '1s', threshold: 1, iterations: 2 },
      },
    } as KubeObject,
  }
}

/** Server-side apply, as Flux does it (with force) and as Argo CD does it (without). */
async function applied(
  api: Api,
  of: { namespace: string; manager: string; force: boolean; image: string },
): Promise<KubeObject[]> {
  const { deployment, canary } = manifests(of.image)
  const query = `?fieldManager=${of.manager}&force=${of.force}`
  const type = 'application/apply-patch+yaml'
  return [
    await api.request('PATCH', deploymentOf(of.namespace) + query, deployment, type),
    await api.request('PATCH', canaryOf(of.namespace) + query, canary, type),
  ]
}

// One after the other: of tests side by side, the end of one would end the other's controller.
describe('a repository that is applied every second', () => {
  clusterTest.for([
    { manager: 'kustomize-controller', force: true },
    { manager: 'argocd-controller', force: false },
  ])(
    'fights with nobody, restarts no run and drifts from nothing, by $manager',
    { timeout: 180_000 },
    async ({ manager, force }, { api, namespace, expect }) => {
      let image = 'podinfo:1'
      const apply = () => applied(api, { namespace, manager, force, image })
      await apply()
      await startController({
        kubeconfig: controllerKubeconfig,
        flags: [`-namespace=${namespace}`, '-mesh-provider=kubernetes'],
      })
      const stop = new AbortController()
      const refusals: unknown[] = []
      const reconciler = (async () => {
        while (!stop.signal.aborted) {
          await apply().catch((error: unknown) => refusals.push(error))
          await wait(1000, undefined, { signal: stop.signal }).catch(() => {})
        }
      })()
      const canary = () => api.request<CanaryResource>('GET', canaryOf(namespace))
      const reaches = (phase: string) =>
        vi.waitFor(async () => expect((await canary()).status).toMatchObject({ phase }), patience)
      await reaches('Initialized')
      image = 'podinfo:2'
      await reaches('Succeeded')
      const done = (await canary()).status
      // Through some more rounds of the reconciler nothing happens any more.
      const before = await apply()
      const seen = await apply()
      stop.abort()
      await reconciler

      expect(refusals).toEqual([])
      expect(done?.history).toHaveLength(1)
      expect(done?.history?.[0]).toMatchObject({ result: 'Succeeded' })
      expect((await canary()).status?.phase).toBe('Succeeded')
      expect(seen.map(wished)).toEqual(before.map(wished))
      const { items } = await api.request<{ items: { message: string }[] }>(
        'GET',
        `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.kind=Canary`,
      )
      const begun = items.filter(({ message }) => message.startsWith('New revision detected!'))
      expect(begun).toHaveLength(1)
    },
  )
})

/** Without what the cluster says of it: pods of the last run may still be on their way out. */
function wished({ metadata, ...rest }: KubeObject & { status?: unknown }): unknown {
  const { resourceVersion, managedFields, ...kept } = metadata
  return { ...rest, status: undefined, metadata: kept }
}

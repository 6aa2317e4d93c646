/** Reconcilers of Git repositories, which apply the same manifests again and again. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, vi } from 'vitest'
import { parse } from 'yaml'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import { startController } from '../embedded/support/controller.ts'
import { clusterTest, controllerKubeconfig } from './cluster-test.ts'
import { type Api, ApiError } from './control-plane/api.ts'
import { blocks, page } from './documents.ts'
import { podinfo } from './podinfo.ts'

const patience = { timeout: 90_000, interval: 100 }
const deploymentOf = (namespace: string) =>
  `/apis/apps/v1/namespaces/${namespace}/deployments/podinfo`
const canaryOf = (namespace: string) =>
  `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries/podinfo`

interface Git {
  image: string
  /** Absent where the Deployment leaves its size to others. */
  replicas?: number
}

/** What is in Git: a Deployment and its Canary. */
function manifests({ image, ...size }: Git): Record<'deployment' | 'canary', KubeObject> {
  const container = { ...podinfo.spec.template.spec.containers[0], image }
  const template = { ...podinfo.spec.template, spec: { containers: [container] } }
  return {
    deployment: { ...podinfo, spec: { ...podinfo.spec, ...size, template } } as KubeObject,
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

interface Tool {
  who: string
  manager: string
  force: boolean
  /** What Git says of the size, where it says something. */
  replicas?: number
  /** Fields whose differences the tool is told to ignore, as pointers into the Deployment. */
  ignored?: readonly string[]
}

/** Server-side apply, as Flux does it (with force) and as Argo CD does it (without). */
async function applied(
  api: Api,
  { namespace, manager, force, ignored = [] }: Tool & { namespace: string },
  git: Git,
): Promise<KubeObject[]> {
  const { deployment, canary } = manifests(git)
  const live = await api.find<KubeObject>(deploymentOf(namespace))
  const wanted = ignored.reduce((object, pointer) => asFound(object, live, pointer), deployment)
  const query = `?fieldManager=${manager}&force=${force}`
  const type = 'application/apply-patch+yaml'
  const result = [
    await api.request<KubeObject>('PATCH', deploymentOf(namespace) + query, wanted, type),
    await api.request<KubeObject>('PATCH', canaryOf(namespace) + query, canary, type),
  ]
  expect(result).toMatchObject([wanted, canary])
  return result
}

/** An ignored field is applied as it is found: so Argo CD does with `RespectIgnoreDifferences`. */
function asFound(object: KubeObject, live: KubeObject | undefined, pointer: string): KubeObject {
  const [part, name] = pointer.split('/').slice(1) as ['spec', string]
  const found = (live as { spec?: Record<string, unknown> } | undefined)?.[part]?.[name]
  if (found === undefined) return object
  const { [part]: before } = object as KubeObject & { spec: object }
  return { ...object, [part]: { ...before, [name]: found } } as KubeObject
}

/** Where a size changes between look and apply, this is refused, and made up for a second later. */
function isMoment({ ignored }: Tool, error: unknown): boolean {
  return ignored !== undefined && error instanceof ApiError && error.status === 409
}

/** Of the page about Argo CD. */
async function ignoredPointers(): Promise<string[]> {
  const settings = blocks(await page('install/argo-cd.md'), 'yaml').map((text) => parse(text))
  const found = settings.find(({ spec }) => spec?.ignoreDifferences)
  expect(found.spec.syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true')
  const [{ group, kind, jsonPointers }] = found.spec.ignoreDifferences
  expect([group, kind]).toEqual(['apps', 'Deployment'])
  return jsonPointers
}

const tools: Tool[] = [
  { who: 'Flux', manager: 'kustomize-controller', force: true },
  { who: 'Argo CD', manager: 'argocd-controller', force: false },
  {
    who: 'Argo CD, with a size in Git whose differences are ignored',
    manager: 'argocd-controller',
    force: false,
    replicas: 2,
    ignored: await ignoredPointers(),
  },
]

// One after the other: of tests side by side, the end of one would end the other's controller.
describe('a repository that is applied every second', () => {
  clusterTest.for(tools)(
    'fights with nobody, restarts no run and drifts from nothing, by $who',
    { timeout: 180_000 },
    async (tool, { api, namespace, expect }) => {
      const { replicas } = tool
      const git: Git = { image: 'podinfo:1', ...(replicas !== undefined && { replicas }) }
      const apply = () => applied(api, { ...tool, namespace }, git)
      await apply()
      await startController({
        kubeconfig: controllerKubeconfig,
        flags: [`-namespace=${namespace}`, '-mesh-provider=kubernetes'],
      })
      const stop = new AbortController()
      const refusals: unknown[] = []
      const reconciler = (async () => {
        while (!stop.signal.aborted) {
          await apply().catch((error: unknown) => isMoment(tool, error) || refusals.push(error))
          await wait(1000, undefined, { signal: stop.signal }).catch(() => {})
        }
      })()
      const canary = () => api.request<CanaryResource>('GET', canaryOf(namespace))
      const reaches = (phase: string) =>
        vi.waitFor(async () => expect((await canary()).status).toMatchObject({ phase }), patience)
      await reaches('Initialized')
      git.image = 'podinfo:2'
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
      await vi.waitFor(async () => {
        const { items } = await api.request<{ items: { message: string }[] }>(
          'GET',
          `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.kind=Canary`,
        )
        const begun = items.filter(({ message }) => message.startsWith('New revision detected!'))
        expect(begun).toHaveLength(1)
      }, patience)
    },
  )
})

/** Without what the cluster says of it: pods of the last run may still be on their way out. */
function wished({ metadata, ...rest }: KubeObject & { status?: unknown }): unknown {
  const { resourceVersion, managedFields, ...kept } = metadata
  return { ...rest, status: undefined, metadata: kept }
}

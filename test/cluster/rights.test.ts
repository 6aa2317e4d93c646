/** Rights in parts: what kustomize makes of them, and what the API server says that they give. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { installedAs } from '../../scripts/generate/deploy/overlays.ts'
import {
  commonRules,
  type PolicyRule,
  providerRules,
  versionRule,
} from '../../scripts/generate/deploy/rbac.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../src/workloads/registry.gen.ts'
import { providerNamed } from '../support/providers.ts'
import { adminKubeconfig, clusterTest, kubectl, runFolder } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { runKubectl } from './installation.ts'

const admin = { kubectl, kubeconfig: adminKubeconfig }
const deploy = path.join(import.meta.dirname, '../../deploy')

type Role = KubeObject & { rules: PolicyRule[] }

/** The role of the controller, as kubectl puts it together. */
async function roleOf(folder: string): Promise<Role | undefined> {
  const text = await runKubectl(admin, 'kustomize', folder)
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Role)
  const isIts = ({ kind, metadata }: Role) => kind.endsWith('Role') && metadata.name === 'flagger'
  return objects.find(isIts)
}

/** A kustomization of somebody who has the project beside it. */
async function withKustomization<T>(of: object, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(runFolder, 'rights-'))
  const beside = (names: string[]) =>
    names.map((name) => path.relative(folder, path.join(deploy, name)))
  const written = Object.entries(of).map(([key, value]) => [
    key,
    Array.isArray(value) ? beside(value) : value,
  ])
  const file = path.join(folder, 'kustomization.yaml')
  await writeFile(file, JSON.stringify(Object.fromEntries(written)))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** As `virtualservices.networking.istio.io`. */
function resourcesOf({ kinds }: { kinds: readonly ResourceKind[] }): string[] {
  return kinds.map(({ apiVersion, plural }) => `${plural}.${apiVersion.split('/')[0]}`)
}

const installed = providers.filter(({ shownAs }) => shownAs === undefined)

clusterTest.each(installed.map((provider) => [installedAs(provider), provider] as const))(
  'deploy/providers/%s grants what that provider needs, and nothing that only others do',
  async (name, provider) => {
    const role = await roleOf(path.join(deploy, 'providers', name))

    expect(role).toMatchObject({ kind: 'ClusterRole' })
    expect(role?.rules).toEqual([...commonRules(), versionRule, ...providerRules(provider)])
    const granted = role?.rules.flatMap(({ apiGroups, resources = [] }) =>
      resources.map((resource) => `${resource}.${apiGroups}`),
    )
    const own = new Set([provider, ...workloadKinds, ...scalerKinds].flatMap(resourcesOf))
    expect(granted).toEqual(expect.arrayContaining(resourcesOf(provider)))
    for (const other of providers.flatMap(resourcesOf).filter((resource) => !own.has(resource)))
      expect(granted).not.toContain(other)
  },
)

clusterTest('an installation adds the rights of a second provider', async () => {
  const two = { resources: ['providers/istio'], components: ['rights/nginx'] }
  const role = await withKustomization(two, roleOf)

  const added = ['istio', 'nginx'].flatMap((name) => providerRules(providerNamed(name)))
  expect(role?.rules).toEqual([...commonRules(), versionRule, ...added])
})

clusterTest(
  'the API server lets the controller of a namespace do what its parts say, and no more',
  async ({ api, namespace }) => {
    const chosen = { namespace, resources: ['namespaced'], components: ['rights', 'rights/istio'] }
    await withKustomization(chosen, (folder) =>
      runKubectl(admin, 'apply', '--server-side', '-k', folder),
    )

    const may = (verb: string, group: string, resource: string, of = namespace) =>
      isAllowed(api, `system:serviceaccount:${namespace}:flagger`, {
        ...{ namespace: of, verb, group, resource },
      })
    expect(await may('update', 'apps', 'deployments')).toBe(true)
    expect(await may('delete', 'networking.istio.io', 'virtualservices')).toBe(true)
    expect(await may('delete', 'networking.istio.io', 'gateways')).toBe(false)
    expect(await may('get', 'networking.k8s.io', 'ingresses')).toBe(false)
    expect(await may('delete', 'networking.k8s.io', 'ingresses')).toBe(false)
    expect(await may('update', 'apps', 'deployments', 'default')).toBe(false)
  },
)

async function isAllowed(api: Api, user: string, resourceAttributes: object): Promise<boolean> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  const { status } = await api.request<{ status: { allowed: boolean } }>('POST', path, {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
    spec: { user, resourceAttributes },
  })
  return status.allowed
}

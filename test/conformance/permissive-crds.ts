import type { Crd } from '../cluster/crds.ts'
import { plainKind, type ScenarioKind, scenarioKinds } from './kinds.ts'

/** Versions besides the one of `scenarioKinds` that a controller may ask for. */
const furtherVersions: Readonly<Record<string, readonly string[]>> = {
  'gateway.networking.k8s.io': ['v1beta1'],
  'appmesh.k8s.aws': ['v1beta1'],
  'split.smi-spec.io': ['v1alpha2', 'v1alpha3'],
}

const builtIn = /^[^.]*$|^networking\.k8s\.io$|^flagger\.app$/

/**
 * Definitions of the providers' kinds that take any content, so that what a controller writes is
 * seen as it wrote it: without the defaults of one release of the provider.
 */
export const permissiveCrds: readonly Crd[] = Object.entries(scenarioKinds)
  .filter(([, { apiVersion }]) => !builtIn.test(groupOf(apiVersion)))
  .map(([name, kind]) => permissiveCrd(plainKind(name), kind))

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''
}

function permissiveCrd(kind: string, { apiVersion, plural, clusterScoped }: ScenarioKind): Crd {
  const [group = '', version = ''] = apiVersion.split('/')
  const versions = [version, ...(furtherVersions[group] ?? [])]
  const metadata = {
    name: `${plural}.${group}`,
    // Required for groups under k8s.io.
    annotations: { 'api-approved.kubernetes.io': 'https://example.test' },
  }
  // Their status is written by Knative and KEDA, so that a controller never writes it by accident.
  const hasStatus = group === 'serving.knative.dev' || group === 'keda.sh'
  const subresources = hasStatus ? { subresources: { status: {} } } : {}
  const spec = {
    group,
    scope: clusterScoped ? 'Cluster' : 'Namespaced',
    names: { plural, kind, listKind: `${kind}List`, singular: kind.toLowerCase() },
    versions: versions.map((name) => ({
      name,
      served: true,
      storage: name === version,
      schema: {
        openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
      ...subresources,
    })),
  }
  const apiextensions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
  return { ...apiextensions, metadata, spec }
}

/** The custom kinds of an embedded cluster: our own in full, those of providers as they come. */
import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { kinds } from '../kinds.gen.ts'
import type { KubeObject } from '../objects.ts'
import { namespacedKind, type ResourceKind } from '../resource-kind.ts'

/** Kinds that only a data plane knows: what a template of a user writes. */
const templated = [namespacedKind('route.openshift.io/v1', 'Route', 'routes')]

const files = ['canary.yaml', 'metrictemplate.yaml', 'alertprovider.yaml']

/**
 * Our own definitions, those in `crds/` where none are given, and one that takes any content for
 * each kind of a provider.
 */
export function customKinds(own: readonly KubeObject[] = ownKinds()): KubeObject[] {
  const groups = own.map(({ metadata }) => metadata.name.replace(/^[^.]*\./, ''))
  const foreign = [...kinds, ...templated].filter(({ apiVersion }) => {
    const [group = ''] = apiVersion.split('/')
    return isCustom(apiVersion) && !groups.includes(group)
  })
  return [...own, ...permissive(foreign)]
}

function ownKinds(): KubeObject[] {
  // From the source this file is two folders below the root, in a bundle one.
  const folders = ['../../crds/', '../crds/'].map((path) => new URL(path, import.meta.url))
  const folder = folders.find((one) => existsSync(new URL('canary.yaml', one)))
  if (!folder) throw new Error('the folder crds/ of this package is missing: install it again')
  return files.map((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as Definition)
}

/** Of these the status, which something simulated writes, is no part of a generation. */
const groupsWithStatus = ['serving.knative.dev', 'keda.sh']

interface Definition extends KubeObject {
  spec: { group: string; [field: string]: unknown }
}

/** Groups of Kubernetes itself have no dot, or end in these. */
function isCustom(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/')
  if (version === undefined || !group.includes('.')) return false
  return !/^(networking|coordination|rbac\.authorization|discovery|policy)\.k8s\.io$/.test(group)
}

/** One definition for all versions of a kind; the last one is stored. */
function permissive(wanted: readonly ResourceKind[]): Definition[] {
  const names = new Map<string, { kind: ResourceKind; versions: string[] }>()
  for (const kind of wanted) {
    const [group = '', version = ''] = kind.apiVersion.split('/')
    const name = `${kind.plural}.${group}`
    const versions = [...(names.get(name)?.versions ?? []), version]
    names.set(name, { kind, versions })
  }
  return [...names.entries()].map(([name, { kind, versions }]) =>
    permissiveDefinition(name, kind, versions),
  )
}

function permissiveDefinition(name: string, of: ResourceKind, versions: string[]): Definition {
  const { kind, plural, namespaced, apiVersion } = of
  const [group = ''] = apiVersion.split('/')
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // The annotation is required for groups under k8s.io.
    metadata: { name, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a sandbox' } },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: versions.map((version, at) => ({
        name: version,
        served: true,
        storage: at === versions.length - 1,
        schema,
        ...(groupsWithStatus.includes(group) && { subresources: { status: {} } }),
      })),
    },
  }
}

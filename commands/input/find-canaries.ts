/** Reads the canaries that a selection means, with kubectl's errors for those that are not there. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { distance } from '../../src/distance.ts'
import { KubeError } from '../../src/errors.ts'
import type { Kube, ListOptions } from '../../src/io/kube/kube.ts'
import { servedIn } from '../../src/io/kube/served.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { clean } from '../output/clean.ts'
import { exits, Failure, failureOf } from '../shell/failure.ts'
import type { Named, Selection } from './selection.ts'

export const canaryKind: ResourceKind = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  plural: 'canaries',
  namespaced: true,
}

/** One canary that was meant, or why it could not be read. */
export type Found =
  | { resource: CanaryResource; failure?: undefined }
  | { resource?: undefined; failure: Failure }

export interface Place {
  kube: Kube
  namespace: string
  signal: AbortSignal
}

/** Canaries in the order given, or by name; never rejects for a name that does not exist. */
export async function findCanaries(selection: Selection, place: Place): Promise<Found[]> {
  const { named, selector, allNamespaces } = selection
  if (named.length > 0) return Promise.all(named.map((one) => findNamed(one, place)))
  const resources = await listCanaries(place, {
    ...(allNamespaces ? {} : { namespace: place.namespace }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  })
  return resources.map((resource) => ({ resource }))
}

/** Every canary that matches; says so when the Canary type is not there. */
export async function listCanaries(
  { kube, signal }: Place,
  options: ListOptions,
): Promise<CanaryResource[]> {
  try {
    const { items } = await kube.list<CanaryResource>(canaryKind, { signal, ...options })
    return items.map((item) => ({ ...item, apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }))
  } catch (error) {
    throw isMissingType(error) ? await missingType(kube, signal) : error
  }
}

async function findNamed(named: Named, place: Place): Promise<Found> {
  try {
    if (named.kind === 'canary') return await findByName(named.name, place)
    return await findByTarget(named, place)
  } catch (error) {
    if (error instanceof Failure) return { failure: error }
    if (isMissingType(error)) return { failure: await missingType(place.kube, place.signal) }
    if (error instanceof KubeError && error.status !== 0) return { failure: failureOf(error) }
    throw error
  }
}

async function findByName(name: string, place: Place): Promise<Found> {
  const { kube, namespace, signal } = place
  const { apiVersion, kind } = canaryKind
  const resource = await kube.get<CanaryResource>({ apiVersion, kind, namespace, name }, signal)
  if (resource) return { resource }
  const hints = await whatThereIs(name, place)
  const text = `Error from server (NotFound): canaries.flagger.app "${name}" not found`
  return { failure: new Failure(text, { exit: exits.error, hints }) }
}

async function findByTarget(
  { targetKind, name }: Extract<Named, { kind: 'target' }>,
  place: Place,
): Promise<Found> {
  const { namespace } = place
  const all = await listCanaries(place, { namespace })
  const fitting = all.filter(
    ({ spec }) => spec?.targetRef?.kind === targetKind && spec.targetRef.name === name,
  )
  const target = `${targetKind.toLowerCase()}/${name}`
  const [only, ...others] = fitting
  if (!only) {
    const text = `error: no canary in namespace "${namespace}" has ${target} as its target`
    return { failure: new Failure(text, { exit: exits.error }) }
  }
  if (others.length > 0) {
    const names = fitting.map(({ metadata }) => metadata.name).join(', ')
    const text = `error: several canaries in namespace "${namespace}" have ${target} as their target: ${names}`
    return { failure: new Failure(text, { exit: exits.error, hints: ['name one of them'] }) }
  }
  return { resource: only }
}

/** Hints beside "not found": what there is instead, as far as the user may see it. */
async function whatThereIs(name: string, place: Place): Promise<string[]> {
  const [here, anywhere] = await Promise.all([
    namesIn(place, { namespace: place.namespace }),
    namesIn(place, { fieldSelector: `metadata.name=${name}` }),
  ])
  const near = here.map((one) => one.name).sort((a, b) => distance(a, name) - distance(b, name))
  const [other] = anywhere.filter((one) => one.name === name)
  return [
    ...(near.length > 0
      ? [`canaries in namespace "${place.namespace}": ${near.slice(0, 5).map(clean).join(', ')}`]
      : []),
    ...(other ? [`there is one in namespace "${clean(other.namespace)}"`] : []),
  ]
}

async function namesIn(
  place: Place,
  options: ListOptions,
): Promise<{ name: string; namespace: string }[]> {
  try {
    const found = await listCanaries(place, options)
    return found.map(({ metadata }) => ({
      name: metadata.name,
      namespace: metadata.namespace ?? '',
    }))
  } catch (error) {
    // Whoever may not list gets no hint.
    if (error instanceof KubeError && error.status === 403) return []
    throw error
  }
}

function isMissingType(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404
}

async function missingType(kube: Kube, signal: AbortSignal): Promise<Failure> {
  const served = await servedVersions(kube, signal)
  if (served.length === 0)
    return new Failure(`error: the server doesn't have a resource type "canaries"`, {
      exit: exits.error,
      hints: [
        'the Canary CRD is not installed; who administers the cluster installs it with the controller (install), or alone: kubectl apply -f crds',
      ],
    })
  return new Failure(
    `error: the server doesn't have a resource type "canaries" in group "flagger.app" and version "v1beta1"`,
    { exit: exits.error, hints: [`served versions: ${served.join(', ')}; upgrade the CRD`] },
  )
}

/** Versions of the API group flagger.app; none when it is not served. */
export async function servedVersions(kube: Kube, signal: AbortSignal): Promise<string[]> {
  try {
    const group = await kube.raw('GET', '/apis/flagger.app', undefined, signal)
    const { versions = [] } = group as { versions?: { version: string }[] }
    return versions.map(({ version }) => version)
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return []
    throw error
  }
}

/** The kinds of the group, each with the versions in which it is served. */
export async function servedResources(
  kube: Kube,
  signal: AbortSignal,
): Promise<Record<string, string[]>> {
  const served: Record<string, string[]> = {}
  for (const version of await servedVersions(kube, signal)) {
    for (const name of (await servedIn(kube, `flagger.app/${version}`, signal)) ?? [])
      if (!name.includes('/')) served[name] = [...(served[name] ?? []), version]
  }
  return served
}

/** Which labels and annotations travel from a target to what is generated from it. */
import type { Canary } from '../canary/canary.ts'
import type { OwnerReference } from '../objects.ts'

type Keys = Record<string, string> | undefined

export const managedBy = { 'app.kubernetes.io/managed-by': 'flagger' }

/** These describe one object, and would be wrong on any other. */
const neverCopied = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
]

/** Keys with one of the prefixes; `*` is every key. Keys of Flux never pass. */
export function prefixed(keys: Keys, prefixes: readonly string[]): Record<string, string> {
  const wanted = prefixes.filter((prefix) => prefix !== '')
  return keep(
    withoutToolkit(keys),
    (key) => wanted.includes('*') || wanted.some((prefix) => key.startsWith(prefix)),
  )
}

/** All keys but those by which Flux tells what it applied. */
export function withoutToolkit(keys: Keys): Record<string, string> {
  return keep(keys ?? {}, (key) => !key.includes('toolkit.fluxcd.io'))
}

/** Annotations of a target that its copy gets. */
export function copiedAnnotations(keys: Keys): Record<string, string> {
  return keep(withoutToolkit(keys), (key) => !neverCopied.includes(key))
}

export function keep(
  keys: Record<string, string>,
  wanted: (key: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).filter(([key]) => wanted(key)))
}

/** By which the API server deletes a generated object along with its Canary. */
export function ownerReference({ metadata }: Pick<Canary, 'metadata'>): OwnerReference {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/**
 * Which objects of other namespaces a Canary may refer to: MetricTemplates, AlertProviders, and the
 * Upstream of Gloo that its own are to be like.
 */
import type { Find, KubeObject, ObjectRef } from '../objects.ts'
import type { Canary } from './canary.ts'

/** How the controller was told to see it. */
export interface Sharing {
  /** Those that do not consent are refused; otherwise they are used, with a warning. */
  isRequired: boolean
  /** The namespace of the controller, whose objects are for everybody; empty where it has none. */
  home: string
}

/** Of the object: names of namespaces, or `*`. */
export const sharedWith = 'flagger.app/shared-with'

/** Why the object may not be used from that namespace; undefined where it may. */
export function sharingProblem(
  object: KubeObject,
  from: string,
  sharing: Sharing | undefined,
): string | undefined {
  if (!sharing?.isRequired || isShared(object, from, sharing)) return undefined
  return `it is not shared with namespace ${from}; add ${from} to its annotation ${sharedWith}`
}

/** One sentence for each object that is used without its consent, where that is not required. */
export function sharingWarnings(
  { analysis, namespace, spec }: Pick<Canary, 'analysis' | 'namespace' | 'spec'>,
  find: Find,
  sharing: Sharing,
): string[] {
  if (sharing.isRequired) return []
  const { upstreamRef } = spec
  const upstream = upstreamRef?.namespace ? [upstreamRef] : []
  const told = [...referencesOf(analysis), ...upstream].flatMap((ref) => {
    const object = find(ref)
    if (!object || isShared(object, namespace, sharing)) return []
    return [
      `${ref.kind} ${ref.name} of namespace ${ref.namespace} is used without its consent; ` +
        `add ${namespace} to its annotation ${sharedWith}, and start the controller with -require-shared-with`,
    ]
  })
  return [...new Set(told)]
}

/** MetricTemplates, then AlertProviders, as often as they are named. */
export function referencesOf({ metrics, alerts }: Canary['analysis']): ObjectRef[] {
  const apiVersion = 'flagger.app/v1beta1'
  return [
    ...metrics.flatMap(({ templateRef, counts }) =>
      [templateRef, counts?.templateRef].flatMap((ref) =>
        ref ? [{ apiVersion, kind: 'MetricTemplate', ...ref }] : [],
      ),
    ),
    ...alerts.map(({ providerRef }) => ({ apiVersion, kind: 'AlertProvider', ...providerRef })),
  ]
}

function isShared({ metadata }: KubeObject, from: string, { home }: Sharing): boolean {
  const { namespace = '' } = metadata
  if (namespace === from || (home !== '' && namespace === home)) return true
  const written: unknown = metadata.annotations?.[sharedWith]
  if (typeof written !== 'string') return false
  const names = written.split(',').map((name) => name.trim())
  return names.includes(from) || names.includes('*')
}

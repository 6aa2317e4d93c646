/** Turns kinds, references and options into the API server's URL paths. Pure. */
import type { ResourceKind } from '../../resource-kind.ts'
import type { ListOptions, PatchOptions, WatchOptions } from './kube.ts'

/** The path of a collection, such as `/apis/apps/v1/namespaces/test/deployments`. */
export function collectionPath(kind: ResourceKind, namespace: string | undefined): string {
  const { apiVersion, plural } = kind
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return kind.namespaced && namespace !== undefined
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${root}/${plural}`
}

/** The path of one object, or of its subresource. */
export function objectPath(
  kind: ResourceKind,
  { namespace, name }: { namespace?: string | undefined; name: string },
  subresource?: string,
): string {
  const path = `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`
  return subresource === undefined ? path : `${path}/${subresource}`
}

/** The query of a list, with its question mark; empty where nothing is asked for. */
export function listQuery(options: ListOptions): string {
  return query({
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
  })
}

/** The query of a watch: always with bookmarks, which keep the place to resume from fresh. */
export function watchQuery(options: WatchOptions): string {
  return query({
    watch: 'true',
    allowWatchBookmarks: 'true',
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    resourceVersion: options.resourceVersion,
    timeoutSeconds: options.timeoutSeconds,
  })
}

/** The query of a write. */
export function writeQuery(options: PatchOptions): string {
  return query({
    dryRun: options.dryRun ? 'All' : undefined,
    fieldManager: options.fieldManager,
    force: options.force ? 'true' : undefined,
  })
}

function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

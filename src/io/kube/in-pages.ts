/** Lists that are read in pieces, for those who want them whole. */
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Kube, ListAnswer, ListOptions } from './kube.ts'
import { pagesOf } from './pages.ts'

/**
 * The same Kube; a list for which no `limit` is given comes whole, and is read in pieces of so many
 * objects, or with 0 at once.
 */
export function inPages(kube: Kube, pageSize: number): Kube {
  if (pageSize === 0) return kube
  return {
    ...kube,
    list: (kind, options = {}) =>
      options.limit === undefined && options.continue === undefined
        ? everyPage(kube, kind, { ...options, limit: pageSize })
        : kube.list(kind, options),
  }
}

/** All objects of a kind, `limit` at a time. Rejects with KubeError as `list` does. */
async function everyPage<T extends KubeObject>(
  kube: Pick<Kube, 'list'>,
  kind: ResourceKind,
  options: ListOptions,
): Promise<ListAnswer<T>> {
  const items: T[] = []
  let resourceVersion = ''
  for await (const page of pagesOf<T>(kube, kind, options)) {
    resourceVersion = page.resourceVersion
    if (page.isAnew) items.length = 0
    items.push(...page.items)
  }
  return { items, resourceVersion }
}

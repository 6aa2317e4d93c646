/** Lists of a cluster with thousands of objects, in pieces that no server minds. */
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Kube, ListOptions } from './kube.ts'

const pageSize = 500

/** All objects of a kind, read page by page. Rejects with KubeError as `list` does. */
export async function everyPage<T extends KubeObject>(
  kube: Pick<Kube, 'list'>,
  kind: ResourceKind,
  options: ListOptions,
): Promise<T[]> {
  const found: T[] = []
  for (let more: string | undefined; ; ) {
    const page = await kube.list<T>(kind, {
      limit: pageSize,
      ...options,
      ...(more && { continue: more }),
    })
    found.push(...page.items)
    more = page.continue
    if (!more) return found
  }
}

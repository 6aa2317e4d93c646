/** Lists of a cluster with thousands of objects, in pieces that no server minds. */
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Kube, ListAnswer, ListOptions } from './kube.ts'

const usualSize = 500

/**
 * The list of a kind page by page, as the server gives them; `limit` is the size of a page. Rejects
 * with KubeError as `list` does.
 */
export async function* pagesOf<T extends KubeObject>(
  kube: Pick<Kube, 'list'>,
  kind: ResourceKind,
  options: ListOptions,
): AsyncGenerator<ListAnswer<T>> {
  for (let more: string | undefined; ; ) {
    const page = await kube.list<T>(kind, {
      limit: usualSize,
      ...options,
      ...(more && { continue: more }),
    })
    yield page
    more = page.continue
    if (!more) return
  }
}

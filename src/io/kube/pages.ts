/** Lists of a cluster with thousands of objects, in pieces that no server minds. */
import { KubeError } from '../../errors.ts'
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Kube, ListAnswer, ListOptions } from './kube.ts'

const usualSize = 500

export interface Page<T extends KubeObject> extends ListAnswer<T> {
  /** The list begins anew: what came before does not count. */
  isAnew: boolean
}

/**
 * The list of a kind page by page, as the server gives them; `limit` is the size of a page. A list
 * that takes longer than the server keeps its pages, as when etcd is compacted, begins anew and
 * comes in one piece. Rejects with KubeError as `list` does.
 */
export async function* pagesOf<T extends KubeObject>(
  kube: Pick<Kube, 'list'>,
  kind: ResourceKind,
  options: ListOptions,
): AsyncGenerator<Page<T>> {
  const { limit = usualSize, ...whole } = options
  let more: string | undefined
  try {
    do {
      const page = await kube.list<T>(kind, { ...whole, limit, ...(more && { continue: more }) })
      yield { ...page, isAnew: false }
      more = page.continue
    } while (more)
  } catch (error) {
    if (!more || !(error instanceof KubeError) || error.status !== 410) throw error
    // Told before it is asked for: what happens meanwhile is news to this list.
    yield { items: [], resourceVersion: '', isAnew: true }
    yield { ...(await kube.list<T>(kind, whole)), isAnew: false }
  }
}

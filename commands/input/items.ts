/** The rows of a list, read from the cluster. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type ListItem, type ListOptions, listLines } from '../output/list-view.ts'
import { gather } from '../shell/gather.ts'
import { lifeReader } from '../shell/read-life.ts'
import type { Session } from '../shell/session.ts'

/** Reports of several canaries, in the same order. */
export async function itemsOf(
  resources: readonly CanaryResource[],
  session: Session,
): Promise<ListItem[]> {
  const life = lifeReader(session)
  return Promise.all(
    resources.map(async (resource) => ({
      report: await gather(resource, session, { full: false, events: 0, pods: false, life }),
      labels: resource.metadata.labels ?? {},
    })),
  )
}

/** The table of these canaries as they are now; no text for none. */
export async function listText(
  resources: readonly CanaryResource[],
  session: Session,
  shape: Omit<ListOptions, 'now' | 'width'>,
): Promise<string> {
  if (resources.length === 0) return ''
  const items = await itemsOf(resources, session)
  const { width } = session.terminal
  return `${listLines(items, { ...shape, now: session.clock.now(), width }).join('\n')}\n`
}

/** The table of a namespace, live: redrawn on a terminal, changed rows in a pipe. */
import type { CanaryResource } from '../src/canary/api.gen.ts'
import { followKind } from '../src/io/kube/list-watch.ts'
import { exits } from './failure.ts'
import { canaryKind } from './find-canaries.ts'
import { wait } from './follow.ts'
import { itemsOf } from './items.ts'
import { createFrame } from './output/frame.ts'
import { type ListOptions, listLines } from './output/list-view.ts'
import type { Selection } from './selection.ts'
import type { Session } from './session.ts'
import { note } from './terminal.ts'

export interface LiveTableOptions {
  selection: Selection
  options: ListOptions
  keep: (resource: CanaryResource) => boolean
  /** Rows that are on the screen already. */
  shown: readonly CanaryResource[]
}

/** Shows changes until the signal ends; answers the exit code. */
export async function watchTable(
  session: Session,
  { selection, options, keep, shown }: LiveTableOptions,
): Promise<number> {
  const { terminal, signal, clock, kube } = session
  const current = new Map(shown.map((resource) => [keyOf(resource), resource]))
  const changed = new Set<string>()
  const following = followKind(
    {
      kube,
      clock,
      random: Math.random,
      kind: canaryKind,
      namespace: selection.allNamespaces ? undefined : session.namespace,
      labelSelector: selection.selector,
    },
    {
      listing() {},
      put(object) {
        // The kind that is followed is the type of what comes.
        const resource = object as CanaryResource
        const key = keyOf(resource)
        if (current.get(key)?.metadata.resourceVersion === resource.metadata.resourceVersion) return
        current.set(key, resource)
        changed.add(key)
      },
      remove(object) {
        current.delete(keyOf(object as CanaryResource))
        changed.add('')
      },
      listed() {},
      state(state, message) {
        if (state !== 'synced') note(terminal, message)
      },
    },
  )
  const frame = createFrame(terminal)
  try {
    while (!signal.aborted) {
      const rows = terminal.isTerminal
        ? [...current.values()]
        : [...changed].flatMap((key) => current.get(key) ?? [])
      changed.clear()
      const items = await itemsOf(rows.filter(keep), session)
      const now = clock.now()
      if (terminal.isTerminal)
        frame.show(listLines(items, { ...options, now, width: terminal.width }))
      else if (items.length > 0)
        terminal.out(`${listLines(items, { ...options, now, headers: false }).join('\n')}\n`)
      await wait(clock, 1000, signal)
    }
  } finally {
    frame.end()
    await following.stop()
  }
  return exits.interrupted
}

function keyOf({ metadata }: CanaryResource): string {
  return `${metadata.namespace}/${metadata.name}`
}

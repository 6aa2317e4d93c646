/** The canaries of a namespace, live: a table that is redrawn, or what changed, in a pipe. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { KubeError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import { type Follower, followKind } from '../../src/io/kube/cache/list-watch.ts'
import type { KubeObject } from '../../src/objects.ts'
import { canaryKind } from '../input/find-canaries.ts'
import type { Selection } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { createFrame } from '../output/frame.ts'
import { exits } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { noteText, type Terminal } from '../shell/terminal.ts'
import { patiently } from './follow.ts'

export interface LiveTableOptions {
  selection: Selection
  /** Those to show, in their order. */
  choose(resources: readonly CanaryResource[]): Promise<CanaryResource[]>
  /** Text of these canaries; `isWhole` is false for rows that are added to those before. */
  text(resources: readonly CanaryResource[], isWhole: boolean): Promise<string>
  /** What the text of the picture lacks, as lines below it. */
  lacks(): string[]
  /** Redrawn in place; else only what changed is printed. */
  isDrawn: boolean
  /** Rows that are on the screen already. */
  shown: readonly CanaryResource[]
}

/** Shows changes until the signal ends; answers the exit code. */
export async function watchTable(
  session: Session,
  { selection, choose, text, lacks, isDrawn, shown }: LiveTableOptions,
): Promise<number> {
  session.allowance?.lift()
  const { terminal, signal, clock, kube } = session
  const frame = createFrame(terminal)
  const rows = createRows(shown, (message) => frame.tell(noteText(message)))
  const following = followKind(
    {
      kube,
      clock,
      random: Math.random,
      kind: canaryKind,
      namespace: selection.allNamespaces ? undefined : session.namespace,
      labelSelector: selection.selector,
    },
    rows.follower,
  )
  const onLost = (error: KubeError) => rows.lose(`${error.message}; trying again`)
  try {
    while (!signal.aborted) {
      const due = isDrawn ? rows.all() : rows.changed()
      const told = await patiently({ clock, signal, onLost }, async () =>
        text(await choose(due), isDrawn),
      )
      if (told === undefined) break
      if (isDrawn) frame.show(pictureOf(told, lacks(), terminal))
      else terminal.out(told)
      await pause(clock, 1000, signal)
    }
  } finally {
    frame.end()
    await following.stop()
  }
  return exits.interrupted
}

interface Rows {
  follower: Follower
  /** By namespace and name. */
  all(): CanaryResource[]
  /** Since it was asked last. */
  changed(): CanaryResource[]
  /** Tells that the server is lost, once until it is back. */
  lose(message: string): void
}

function createRows(shown: readonly CanaryResource[], tell: (message: string) => void): Rows {
  const current = new Map(shown.map((resource) => [keyOf(resource), resource]))
  const changed = new Set<string>()
  let listed: Set<string> | undefined
  let isLost = false
  const lose = (message: string) => {
    if (!isLost) tell(message)
    isLost = true
  }
  const put = (object: KubeObject) => {
    // The kind that is followed is the type of what comes.
    const resource = object as CanaryResource
    const key = keyOf(resource)
    listed?.add(key)
    if (current.get(key)?.metadata.resourceVersion === resource.metadata.resourceVersion) return
    current.set(key, resource)
    changed.add(key)
  }
  const follower: Follower = {
    listing() {
      listed = new Set()
    },
    take: put,
    put,
    remove(object) {
      const key = keyOf(object)
      current.delete(key)
      changed.delete(key)
    },
    listed() {
      // What was deleted while nobody watched is not in the list.
      for (const key of current.keys()) if (listed?.has(key) === false) current.delete(key)
      listed = undefined
    },
    state(state, message) {
      if (state === 'synced') isLost = false
      else if (message) lose(message)
    },
  }
  return {
    follower,
    all: () => [...current.keys()].sort().flatMap((key) => current.get(key) ?? []),
    changed() {
      const rows = [...changed].flatMap((key) => current.get(key) ?? [])
      changed.clear()
      return rows
    },
    lose,
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** The table as far as it fits, and below it what it lacks. */
function pictureOf(
  text: string,
  lacks: readonly string[],
  { style, height = 24 }: Terminal,
): string[] {
  const below = lacks.map((one) => style.state('warning', clean(one)))
  return [...fitted(text.trimEnd().split('\n'), height - below.length), ...below]
}

/** The first lines, and how many there are that the screen has no room for. */
function fitted(lines: readonly string[], height: number): string[] {
  if (lines.length < height) return [...lines]
  const shown = lines.slice(0, Math.max(1, height - 2))
  return [...shown, `… ${lines.length - shown.length} more lines; a higher terminal shows them`]
}

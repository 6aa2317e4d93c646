/** Finds the objects that a canary refers to, and what these refer to. */
import type { Canary } from '../../src/canary/canary.ts'
import { isGenerated } from '../../src/canary/names/names.ts'
import { InvalidSpecError, KubeError } from '../../src/errors.ts'
import { createDeadline, type Deadline } from '../../src/io/deadline.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { type Find, type KubeObject, type ObjectRef, refKey } from '../../src/objects.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { createSnapshot, type Snapshot } from '../tick/scene.ts'
import { isContentKind } from './contents.ts'
import { unreadableText } from './refusal.ts'

/** Rounds in which objects may name further objects: target, its ConfigMaps, their copies. */
const maxRounds = 4

interface Looking {
  key: string
  canary: Canary
  deps: Deps
  memory: Memory
}

/**
 * Looks up what is named, and what that names in turn, until nothing new comes. Begins with what
 * the cache holds: to begin with less would let go of the rest, and finding it again is a change
 * that wakes the canary, without end. What `readsBeside` names may be of a kind that is gone.
 */
export async function lookUp(
  of: Looking,
  reads: (find: Find) => ObjectRef[],
  readsBeside: (find: Find) => ObjectRef[] = () => [],
): Promise<Snapshot> {
  const { canary, deps } = of
  let known = ''
  let find = heldBy(deps)
  let snapshot = createSnapshot()
  for (let round = 0; round < maxRounds; round++) {
    const needed = reads(find)
    const refs = unique([...needed, ...readsBeside(find)])
    const named = refs.map(refKey).join()
    if (named === known) break
    known = named
    await waitFor(of, refs)
    assertReadable(needed, canary, deps)
    snapshot = createSnapshot()
    for (const ref of refs) {
      const object = await current(ref, deps)
      if (object) snapshot.put(object)
    }
    find = snapshot.find
  }
  return snapshot
}

/** What the process has, read or not: contents are as they were last read. */
function heldBy({ cache, contents }: Deps): Find {
  return <T extends KubeObject>(ref: ObjectRef) => {
    const object = cache.get<T>(ref)
    if (!object || !isContentKind(ref)) return object
    // The caller names the type, as for the cache.
    return (contents.held(ref) as T | undefined) ?? object
  }
}

/** Far longer than a list takes. */
const longestLookupMs = 30_000

/**
 * Waits for the objects, for so long only: a kind that the server fails to list, for instance for
 * want of its conversion webhook, must hold neither a worker nor the end of the process.
 */
async function waitFor({ key, canary, deps, memory }: Looking, refs: ObjectRef[]): Promise<void> {
  const of = refs.map(refKey).join()
  const known = memory.lookup?.of === of ? memory.lookup : undefined
  const interest = () => deps.cache.interest(key, refs, (ref) => isGenerated(canary.spec, ref))
  const lookup = known ?? { of, done: interest() }
  if (!known) memory.lookup = lookup
  const forget = () => {
    if (memory.lookup === lookup) memory.lookup = undefined
  }
  if (!known) lookup.done.then(forget, forget)
  const deadline = createDeadline(deps.clock, longestLookupMs, deps.signal)
  try {
    await Promise.race([lookup.done, ended(deadline, deps)])
  } finally {
    deadline.end()
  }
}

function ended({ signal, expired }: Deadline, { cache }: Deps): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(expired() ? unlisted(cache) : new KubeError('given up', { status: 0 }))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

function unlisted(cache: Deps['cache']): InvalidSpecError {
  const lost = cache.states().filter(({ state }) => state === 'connecting')
  const why = lost.map(({ kind, message }) => `${kind.plural}: ${message}`).join('; ')
  return new InvalidSpecError(
    `the API server does not list what this canary needs; see to the server (${why})`,
  )
}

async function current(ref: ObjectRef, deps: Deps): Promise<KubeObject | undefined> {
  const object = deps.cache.get(ref)
  return object && isContentKind(ref) ? deps.contents.read(object, deps.signal) : object
}

function unique(refs: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()]
}

/**
 * A kind that the cluster does not have, or that we may not read, is the user's to mend. A Canary
 * that is deleted has nothing to give back of a kind that is gone.
 */
function assertReadable(refs: readonly ObjectRef[], { metadata }: Canary, deps: Deps): void {
  const bars = metadata.deletionTimestamp === undefined ? ['missing', 'forbidden'] : ['forbidden']
  const states = deps.cache.states().filter(({ state }) => bars.includes(state))
  for (const ref of refs) {
    const kind = resourceKind(ref)
    if (kind.isOptional) continue
    const bad = states.find(
      (state) =>
        state.kind.apiVersion === kind.apiVersion &&
        state.kind.kind === kind.kind &&
        (state.namespace === undefined || state.namespace === ref.namespace),
    )
    if (bad) throw new InvalidSpecError(unreadableText(bad))
  }
}

/** What is left out of a write, because somebody else undoes it again and again. */
import { InvalidSpecError } from '../../src/errors.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'
import { brake } from '../../src/writes/brake.ts'
import { asFound, differences, type Field, pathText } from '../../src/writes/fields.ts'
import { contestedText, deletedText, otherManager } from '../../src/writes/managers.ts'
import type { Deps, Memory } from '../process/deps.ts'

export interface Contest {
  deps: Pick<Deps, 'clock' | 'signal'> & { kube: Pick<Kube, 'get'> }
  memory: Memory
  /** Tells people of a field that is left to somebody else. */
  say: (warning: string) => void
}

/**
 * The wanted object without the fields that have to wait. Rejects with InvalidSpecError where one
 * of them is critical: then nothing may be written, and nothing that comes after it.
 */
export async function uncontested<T extends KubeObject>(
  of: Contest,
  write: { found: KubeObject; wanted: T; isCritical: (field: Field) => boolean },
): Promise<T> {
  const { found, wanted, isCritical } = write
  const { left, news } = braked(of, found, { fields: differences(found, wanted), isCritical })
  if (left.length === 0) return wanted
  const text = await wordsFor(of, found, news)
  const held = left.find((one) => one.isCritical)
  if (held) throw new InvalidSpecError(text(held.field, true))
  for (const field of news) of.say(text(field, false))
  const fields = left.map(({ field }) => field)
  return asFound(wanted, fields)
}

/** Notes what is tried now, and when what has to wait is made. */
function braked(
  { deps, memory }: Contest,
  object: KubeObject,
  of: Pick<Parameters<typeof brake>[1], 'fields' | 'isCritical'>,
): Pick<ReturnType<typeof brake>, 'left' | 'news'> {
  const nowMs = deps.clock.monotonicMs()
  const { history, left, news, retryMs } = brake(memory.tried, {
    ...{ object: refKey(refOf(object)), nowMs },
    ...of,
  })
  memory.tried = history
  if (retryMs !== undefined) memory.retryMs = Math.min(retryMs, memory.retryMs ?? retryMs)
  return { left, news }
}

/** The cache keeps no managers, which are half of an object: they are asked for once. */
async function wordsFor({ deps, memory }: Contest, found: KubeObject, news: readonly Field[]) {
  const ref = refOf(found)
  const key = (field: Field) => `${refKey(ref)}#${pathText(field.path)}`
  if (news.length > 0) {
    // Without it the sentence names no rival.
    const live = await deps.kube.get(ref, deps.signal).catch(() => undefined)
    for (const field of news)
      memory.rivals.set(key(field), {
        manager: live && otherManager(live, field.path),
        first: field,
      })
    for (const old of memory.rivals.keys()) if (!memory.tried.has(old)) memory.rivals.delete(old)
  }
  return (field: Field, isCritical: boolean) => {
    const rival = memory.rivals.get(key(field))
    return contestedText(found, rival?.first ?? field, { manager: rival?.manager, isCritical })
  }
}

/**
 * Whether an object that is not there is made now: where somebody deletes it each time, it is made
 * once a minute. Throws InvalidSpecError where nothing that comes after it may happen without it.
 */
export function mayMake(
  of: Contest,
  { wanted, isCritical }: { wanted: KubeObject; isCritical: (field: Field) => boolean },
): boolean {
  const { left, news } = braked(of, wanted, {
    fields: [{ path: [], found: undefined, wanted: 'there' }],
    isCritical: () => true,
  })
  if (left.length === 0) return true
  // Of a route the rules, of a Service the pods, of a workload its template.
  const isNeeded = isCritical({ path: ['spec', 'selector'], found: undefined, wanted })
  const text = deletedText(wanted, isNeeded)
  if (isNeeded) throw new InvalidSpecError(text)
  if (news.length > 0) of.say(text)
  return false
}

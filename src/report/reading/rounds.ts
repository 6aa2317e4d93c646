/** Asks a pure function that looks objects up, and reads what it looks for until it has it all. */
import { InvalidSpecError } from '../../errors.ts'
import { type Find, type KubeObject, type ObjectRef, refKey } from '../../objects.ts'
import type { Permitted } from './permitted.ts'

/** Each answer may lead to further objects; nobody asks more than that many times. */
const mostRounds = 4

export interface Rounds<T> {
  answer?: T | undefined
  /** What was read, where that was all that is asked for. */
  found?: Map<string, KubeObject | undefined>
  problem?: string
}

/** No answer where it asks for ever more. What it refuses to do is the `problem`. */
export async function inRounds<T>(
  ask: (find: Find) => T | undefined,
  reader: Pick<Permitted, 'get'>,
): Promise<Rounds<T>> {
  const found = new Map<string, KubeObject | undefined>()
  for (let round = 0; round < mostRounds; round++) {
    const missing: ObjectRef[] = []
    const find = <K extends KubeObject>(ref: ObjectRef): K | undefined => {
      if (!found.has(refKey(ref))) missing.push(ref)
      // What was read under a reference has the type that the reference names.
      return found.get(refKey(ref)) as K | undefined
    }
    try {
      const answer = ask(find)
      if (missing.length === 0) return { answer, found }
    } catch (error) {
      if (missing.length === 0) {
        if (error instanceof InvalidSpecError) return { problem: error.message }
        throw error
      }
    }
    const objects = await Promise.all(missing.map((ref) => reader.get(ref)))
    missing.forEach((ref, at) => {
      found.set(refKey(ref), objects[at])
    })
  }
  return {}
}

/** The same for a question that has an answer whatever is found. */
export async function asNeeded<T>(
  ask: (find: Find) => T,
  reader: Pick<Permitted, 'get'>,
): Promise<T> {
  const { answer } = await inRounds(ask, reader)
  return answer ?? ask(() => undefined)
}

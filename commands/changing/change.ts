/** The data of one change that a person asks for; `changing.ts` carries it out. */
import type { Canary } from '../../src/canary/canary.ts'
import type { RequestFields } from '../../src/requests/fields.ts'
import type { Verb } from '../../src/requests/names.gen.ts'
import type { Asked, VerbCommand } from '../../src/requests/verb.ts'
import { rowOf } from '../../src/requests/verbs.ts'

export interface Change {
  verb: Verb
  /** Which way, where the verb has several. */
  mode?: string
  /** What goes into the request beside id, time, person, reason and revision. */
  fields: RequestFields
  /** `Promote?`, for the prompt. */
  question: string
  /** The damage is such that one canary is asked for too. */
  asksForOne: boolean
  /** Means whatever runs, not the revision that was seen. */
  anyRevision: boolean
}

/** The change that the flags of a verb's command ask for. */
export function changeOf(
  verb: Verb,
  { mode, fields = {} }: { mode?: string; fields?: RequestFields },
): Change {
  const { command } = rowOf(verb)
  const asked = { ...fields, ...(mode !== undefined && { mode }) }
  return {
    verb,
    ...(mode !== undefined && { mode }),
    fields,
    question: command.question(asked),
    asksForOne: command.asksForOne(asked),
    anyRevision: !command.seenRevision,
  }
}

/** What is asked, as the row of the verb reads it. */
export function askedOf({ fields, mode }: Change): Asked {
  return { ...fields, ...(mode !== undefined && { mode }) }
}

/** How the plugin does it. */
export function commandOf({ verb }: Change): VerbCommand {
  return rowOf(verb).command
}

/** Whether it is a request of its own, takes one away, or is a change of the spec. */
export function sendingOf(change: Change, canary: Canary): 'request' | 'withdrawal' | 'spec' {
  return commandOf(change).sends?.(askedOf(change), canary) ?? 'request'
}

/** How the change is called in messages: `promote --full`. */
export function changeName(change: Change): string {
  return [change.verb, ...(commandOf(change).flagOf?.(askedOf(change)) ?? [])].join(' ')
}

/** The data of one change that a person asks for; `changing.ts` carries it out. */

import type { RequestFields } from '../../src/requests/fields.ts'
import type { Verb } from '../../src/requests/names.gen.ts'

export interface Change {
  verb: Verb
  /** promote: which way; skip-analysis: for how long. */
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

/** The verb of the annotation by which a change is asked; undefined when one is taken away. */
export function requestVerb({ verb, mode }: Change): Verb | undefined {
  if (verb === 'resume') return undefined
  if (verb === 'skip-analysis' && mode !== 'once') return undefined
  return verb
}

/** How the change is called in messages: `promote --full`. */
export function changeName({ verb, mode }: Change): string {
  if (verb === 'promote' && mode !== 'gate')
    return `promote --${mode === 'weight' ? 'to-weight' : mode}`
  return mode === 'always' || mode === 'off' ? `${verb} --${mode}` : verb
}

const participles: Record<Verb, string> = {
  promote: 'promoted',
  abort: 'aborted',
  pause: 'paused',
  resume: 'resumed',
  'skip-analysis': 'let through without analysis',
  reset: 'reset',
  retry: 'retried',
  restart: 'restarted',
}

/** `cannot be promoted`. */
export function participle({ verb }: Change): string {
  return participles[verb]
}

/**
 * A row of the table of requests: what a person can ask for, what it comes to in which phase, and
 * how it is asked. Controller, plugin, help and documents read it.
 */
import type { Canary } from '../canary/canary.ts'
import type { Fallback } from './fallback.ts'
import type { RequestFields } from './fields.ts'
import type { Fit } from './fit.ts'
import type { Verb } from './names.gen.ts'
import type { Situation } from './situation.ts'

/** What is asked: the fields of a request, by annotation or by the plugin's flags. */
export type Asked = RequestFields

export interface RequestVerb {
  /** That of its folder: its annotation behind the prefix, and the command of the plugin. */
  name: string
  /** Of several at once the lowest goes first: the safest. */
  safety: number
  /** Done and removed, or standing until a run has used it up, or until somebody removes it. */
  lasts: 'once' | 'until-used' | 'until-removed'
  /** Still right when it comes late: what a person asked for while no controller was there. */
  neverExpires?: boolean
  /** The verb whose annotation this one takes away; it has none of its own. */
  takesBack?: Verb
  /** The modes that its annotation knows. */
  modes?: readonly string[]
  /** Whether it can be done as things stand, is so already, or can't be, and why. */
  fit(asked: Asked, at: Situation): Fit
  /** What the plugin asks a flag for first; an annotation by hand means it. */
  guard?(asked: Asked, at: Situation): Fit | undefined
  /** What `"true"` by hand means, for the documents; absent where there is no annotation. */
  byHand?: string
  /** How the plugin does it. */
  command: VerbCommand
}

/** How the plugin asks for it, before and after. */
export interface VerbCommand {
  /** In lists for people the lowest stands first. */
  place: number
  summary: string
  /** What people call it who know other tools: guessed, never taken for it. */
  meantBy?: readonly string[]
  /** The flags of its own in the line behind `Usage:`. */
  usage: string
  description: string
  examples: readonly { description: string; words: string }[]
  flags?: Readonly<Record<string, VerbFlag>>
  /** What its flags ask for; throws UsageError for what contradicts itself. */
  ask?(flags: FlagValues, now: Date): { mode?: string; fields?: RequestFields }
  /** What `--wait` waits for: the end of the run, of the canary's pods, or of the run before it. */
  waitsFor?: 'verdict' | 'pods' | 'idle'
  /** Means the revision that was seen, and not whatever runs. */
  seenRevision?: boolean
  /** Why `--wait` has nothing to wait for with what is asked. */
  noWait?(asked: Asked): string | undefined
  /** Goes before everything else: it loses no race, and nobody is left without a way. */
  isBrake?: boolean
  /** The flags in messages about it: `promote --full`. */
  flagOf?(asked: Asked): string[]
  /** `Promote?`, for the prompt. */
  question(asked: Asked): string
  /** Whether the damage is such that one canary is asked for too. */
  asksForOne(asked: Asked): boolean
  /** What is lost by it, for the prompt. */
  losses?(asked: Asked, run: RunAtHand): string[]
  /** `cannot be promoted`. */
  participle: string
  /**
   * What was done, once the controller has confirmed it: by the Canary before, and as it is then
   * where `looksAfter` is set and it could be read.
   */
  done(asked: Asked, canary: Canary, after?: Canary): string
  looksAfter?: boolean
  /** What was sent, as long as nobody has answered; absent means `VERB requested`. */
  requested?(asked: Asked): string
  /** Absent means the annotation. */
  sends?(asked: Asked, canary: Canary): 'request' | 'withdrawal' | 'spec'
  /** Ways without our controller: the first that is possible is taken. */
  fallbacks?(asked: Asked, canary: Canary): readonly Fallback[]
}

export interface VerbFlag {
  summary: string
  /** A duration is read as milliseconds. */
  type: 'switch' | 'number' | 'duration'
  min?: number
  max?: number
}

/** Switches and numbers as they were given, a duration in milliseconds, and `via`, which all have. */
export type FlagValues = Readonly<Record<string, boolean | number | string | undefined>>

/** The run that a prompt is about. */
export interface RunAtHand {
  phase: string
  isIdle: boolean
  /** Traffic steps and gates that are still to come. */
  stepsLeft: number
  gatesLeft: number
}

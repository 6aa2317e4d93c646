/** The answers of a row: it can be done, is so already, or can't be. */
import type { Phase } from '../canary/api.gen.ts'
import { isFinishing } from '../canary/phases.ts'

/** What can be done in its place: words, or words before a command of the plugin. */
export type Advice = string | { say: string; words: readonly [string, ...string[]] }

export type Fit = Act | Same | No

interface Act {
  kind: 'act'
  /** The mode in which it is carried out. */
  mode?: string
  /** It stays on the object until then: `until it is initialized`. */
  waits?: string
}

/** The wanted state already holds. */
interface Same {
  kind: 'same'
  why: string
}

export interface No {
  kind: 'no'
  why: string
  /** Behind `why` in the controller's answer. */
  instead?: string
  /** What the plugin says below its own line; absent means `instead`. */
  advice?: readonly Advice[]
}

/** The request can be carried out in this phase. */
export function act(of: Omit<Act, 'kind'> = {}): Act {
  return { kind: 'act', ...of }
}

/** What is asked for is so already; `why` tells it. */
export function same(why: string): Same {
  return { kind: 'same', why }
}

/** The request is refused; `why` is a sentence for people. */
export function no(why: string, of: Omit<No, 'kind' | 'why'> = {}): No {
  return { kind: 'no', why, ...of }
}

/** The controller's answer in one sentence. */
export function sentence({ why, instead }: No): string {
  return instead === undefined ? why : `${why}; ${instead}`
}

const analysed: readonly Phase[] = ['Waiting', 'Progressing', 'WaitingPromotion']

/** From the wait for the start of a run to the decision about it: it can still be taken back. */
export function isAnalysed(phase: Phase): boolean {
  return analysed.includes(phase)
}

/** From the wait for its start to the end of its promotion. */
export function isUnderWay(phase: Phase = ''): boolean {
  return isAnalysed(phase) || isFinishing(phase)
}

export const notInitialized = no('it is not initialized yet')
export const waitForItsEnd = no('promotion has begun; wait for its end')

/**
 * Gates that the Canary itself keeps: `flagger.app/gate.NAME: open` or `closed`, for as long as it
 * is there. Who may patch the Canary may open them, and no service has to be there to answer. Reader
 * and writer of the contract are here together.
 */
import type { Metadata } from '../objects.ts'
import type { EffectiveWebhook } from './analysis.ts'

export type GateState = 'open' | 'closed'

const prefix = 'flagger.app/gate.'
/** Of the part of a key behind the slash, of which `gate.` is the beginning. */
const longestKey = 63 - 'gate.'.length

/** The annotation of a hook: its name in lower case, with dashes for what no key may have. */
export function gateAnnotation(hook: string): string {
  const slug = hook.toLowerCase().replace(/[^a-z0-9._-]/g, '-')
  return prefix + slug.slice(0, longestKey).replace(/^[-._]+|[-._]+$/g, '')
}

export interface KeptGate {
  state: GateState
  /** Why it counts as closed, where somebody may have meant something else. */
  why: string
}

/**
 * What the Canary says of a hook; undefined where its address is to be asked. One without an address
 * is closed until somebody opens it.
 */
export function keptGate(
  { type, name, url, call }: Pick<EffectiveWebhook, 'type' | 'name' | 'url' | 'call'>,
  { annotations = {} }: Pick<Metadata, 'annotations'>,
): KeptGate | undefined {
  if (!isGate({ type, call })) return undefined
  const key = gateAnnotation(name)
  const value = annotations[key]?.trim().toLowerCase()
  if (value === 'open') return { state: 'open', why: '' }
  if (value === 'closed') return { state: 'closed', why: `closed by the annotation ${key}` }
  if (value) return { state: 'closed', why: `${key} says neither open nor closed` }
  return url === '' ? { state: 'closed', why: `not opened: set the annotation ${key}` } : undefined
}

/**
 * The longest time that a gate may ask not to be asked, in milliseconds: an approval must not be
 * overlooked for a day because a proxy named one.
 */
export const longestUnaskedMs = 60 * 60_000

/** Hooks that hold a run, or end it: an open `rollback` rolls back. */
export function isGate({ type, call }: Pick<EffectiveWebhook, 'type' | 'call'>): boolean {
  return type.startsWith('confirm-') || (type === 'rollback' && call === 'poll')
}

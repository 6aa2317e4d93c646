/**
 * A brake for corrections that somebody undoes. Two writers that disagree about a field would
 * write it in turn for as long as both run: each write of one wakes the other.
 */
import { createHash } from 'node:crypto'
import { type Field, pathText } from './fields.ts'

/** What is known of a field that was written before. Times are those of a clock that nobody sets. */
export interface Tried {
  /** Checksum of the value that was written. */
  wanted: string
  /** Of the last write. */
  atMs: number
  /** Writes of the same value again. */
  repeats: readonly number[]
  /** Writes of other values, over what somebody had made of the one before. */
  changes?: readonly number[]
  /** Writes since the brake is on; undefined while it is not. */
  slow?: number
  /** Nobody knows whether the server took it: to write it once more undoes nobody's work. */
  isOpen?: true
}

/** By object and field; bounded, and safe to lose. */
export type History = ReadonlyMap<string, Tried>

export interface Writing {
  /** Names the object. */
  object: string
  fields: readonly Field[]
  /** Fields that are never left to others in the end, such as where users are sent. */
  isCritical: (field: Field) => boolean
  nowMs: number
}

export interface Braked {
  history: History
  /** Not to be written now. */
  left: { field: Field; isCritical: boolean }[]
  /** Of those, the ones that the brake just took hold of: worth an event. */
  news: Field[]
  /** When to try again; undefined where there is nothing to try, or never again. */
  retryMs?: number
}

/** So many corrections are made at once ... */
const freeRepeats = 3
/** ... within a minute, or of a critical field within as long as it is remembered. */
const windowMs = 60_000
/**
 * So many writes are made within a minute where somebody makes something else of the field each
 * time, and what is wanted keeps part of that. More than the steps of a run, which servers may store
 * in a form of their own.
 */
const freeChanges = 12
/** Then one a minute, and so many before the field is left alone. */
const slowMs = 60_000
const slowTries = 2
const rememberMs = 15 * 60_000
/** More fields than anybody fights about at a time. */
const mostFields = 100

/** Tells which fields of a write have to wait, because they were undone too often. */
export function brake(history: History, { object, fields, isCritical, nowMs }: Writing): Braked {
  const next = new Map(history)
  const differing = new Set(fields.map((field) => keyOf(object, field)))
  for (const [key, { atMs }] of history)
    if (key.startsWith(`${object}#`) && !differing.has(key) && nowMs - atMs > windowMs)
      next.delete(key)
  const left: Braked['left'] = []
  const news: Field[] = []
  const retries: number[] = []
  for (const field of fields) {
    const key = keyOf(object, field)
    const critical = isCritical(field)
    const before = history.get(key)
    const { tried, isWritten } = judge(before, {
      wanted: checksum(field.wanted),
      found: checksum(field.found),
      time: nowMs,
      critical,
    })
    next.delete(key)
    next.set(key, tried)
    if (isWritten) forgetRelated(next, key)
    if (isWritten) continue
    left.push({ field, isCritical: critical })
    if (before?.slow === undefined) news.push(field)
    if (critical || (tried.slow ?? 0) < slowTries) retries.push(tried.atMs + slowMs)
  }
  for (const key of [...next.keys()].slice(0, Math.max(0, next.size - mostFields))) next.delete(key)
  return {
    history: next,
    left,
    news,
    ...(retries.length > 0 && { retryMs: Math.min(...retries) }),
  }
}

/**
 * What is known after a write of an object whose answer did not come: `before` is from before it,
 * `tried` counts it. It may have been made, so that what is found later may be our own; that it is
 * made again is no correction.
 */
export function unanswered(before: History, tried: History, object: string): History {
  const next = new Map(tried)
  for (const [key, one] of tried) {
    const known = before.get(key)
    if (!key.startsWith(`${object}#`) || one === known) continue
    const { slow, ...rest } = one
    if (slow === undefined) next.set(key, { ...rest, repeats: known?.repeats ?? [], isOpen: true })
    else if (known) next.set(key, known)
  }
  return next
}

/** Nobody else took this object away: to make it again undoes nobody's work. */
export function forgotten(history: History, object: string): History {
  const next = new Map(history)
  next.delete(`${object}#`)
  return next
}

/** Whether some field of this object is left to its other writer, or set once a minute only. */
export function isHeld(history: History, object: string): boolean {
  return [...history].some(([key, { slow }]) => key.startsWith(`${object}#`) && slow !== undefined)
}

/** A field within this one, or around it, has another value by this write: of ours, not of others. */
function forgetRelated(history: Map<string, Tried>, key: string): void {
  const isWithin = (inner: string, outer: string) =>
    inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length))
  for (const other of history.keys())
    if (isWithin(other, key) || isWithin(key, other)) history.delete(other)
}

/** Whether the field is written at this look, and what is known of it afterwards. */
function judge(
  before: Tried | undefined,
  of: { wanted: string; found: string; time: number; critical: boolean },
): { tried: Tried; isWritten: boolean } {
  const { wanted, time, critical } = of
  const age = before ? time - before.atMs : Number.POSITIVE_INFINITY
  const isOver = age > rememberMs && before?.slow === undefined
  if (!before || isOver) return { tried: { wanted, atMs: time, repeats: [] }, isWritten: true }
  const repeats = before.repeats.filter((at) => time - at < rememberMs)
  if (before.wanted !== wanted || before.isOpen) return judgeChange({ ...before, repeats }, of)
  const counted = repeats.filter((at) => critical || time - at < windowMs)
  if (before.slow === undefined && counted.length < freeRepeats)
    return { tried: { wanted, atMs: time, repeats: [...repeats, time] }, isWritten: true }
  const slow = before.slow ?? 0
  const isTried = age >= slowMs && (critical || slow < slowTries)
  if (!isTried) return { tried: { ...before, slow }, isWritten: false }
  return { tried: { ...before, atMs: time, slow: slow + 1 }, isWritten: true }
}

/** What is wanted anew is written, and the other writer may agree with it; or never does. */
function judgeChange(
  before: Tried,
  { wanted, found, time }: { wanted: string; found: string; time: number },
): { tried: Tried; isWritten: boolean } {
  const { repeats, atMs, slow, changes: all = [] } = before
  const recent = all.filter((change) => time - change < windowMs)
  const isOurs = before.isOpen || found === before.wanted
  if (isOurs) return { tried: { wanted, atMs: time, repeats, changes: recent }, isWritten: true }
  const changes = [...recent, time]
  const tried = { wanted, atMs: time, repeats, changes }
  // A value that nobody agreed with before, and that is another one since, has its own chance.
  const isFree = changes.length <= freeChanges && (slow === undefined || all.length === 0)
  if (isFree) return { tried, isWritten: true }
  if (time - atMs >= slowMs) return { tried: { ...tried, slow: (slow ?? 0) + 1 }, isWritten: true }
  return { tried: { ...before, slow: slow ?? 0, changes }, isWritten: false }
}

const keyOf = (object: string, { path }: Field): string => `${object}#${pathText(path)}`

const checksum = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64')
    .slice(0, 12)

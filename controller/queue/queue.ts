/**
 * The work queue: each key at most once at a time, a bounded number at once. Of what is due,
 * namespaces take turns; within one the earliest goes first, and what a person waits for goes
 * before all else. A key that waits for the outside holds no slot, and what it comes back with
 * waits its turn again. A key that is asked for while it runs runs once more afterwards. Whoever
 * asks, and for whatever time: between two starts the event loop goes round, so that probes and
 * signals are heard, and no key runs more often than its pace.
 */
import type { Clock } from '../../src/io/clock.ts'
import { createFairLine } from './fair-line.ts'
import { type Entry, pop, push } from './heap.ts'
import { createPlaces, type Places } from './places.ts'

export interface QueueOptions {
  clock: Clock
  /** Keys worked on at the same time, those that wait for the outside left out. */
  concurrency: number
  /** Must not reject. `lateMs` is the time from when the key was due until now. */
  work: (key: string, lateMs: number, outside: Outside) => Promise<void>
}

/** Does what waits for somebody else, without a slot; settles as that does, with a slot again. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>

/** A key that starts, or one that comes back from the outside. */
interface InLine {
  key: string
  /** Absent for a start. */
  goOn?: () => void
}

/** One key may start so often in a row, */
const mostAtOnce = 50
/** and then once in this time: more than a run ever needs, less than a processor feels. */
const paceMs = 50

/** Overtaken plans that are not worth a look. */
const spareEntries = 64

export class Queue {
  readonly #options: QueueOptions
  readonly #due = new Map<string, number>()
  readonly #heap: Entry[] = []
  readonly #line = createFairLine<InLine>()
  readonly #running = new Set<string>()
  /** Keys that a person waits for. */
  readonly #urgent = new Set<string>()
  readonly #slots: Places
  /** For each key, the time at which all its starts so far would be over at its pace. */
  readonly #paid = new Map<string, number>()
  #cancelTimer: (() => void) | undefined
  #timerMs = Number.POSITIVE_INFINITY
  #stopped = false
  #idle: (() => void)[] = []

  constructor(options: QueueOptions) {
    this.#options = options
    this.#slots = createPlaces(options.concurrency)
  }

  /**
   * Runs the key then (milliseconds of the clock that only grows), or earlier where that was asked
   * for already. A time that has passed, or is no number, is now.
   */
  add(key: string, atMs: number = this.#options.clock.monotonicMs()): void {
    if (this.#stopped) return
    const ms = Math.max(atMs || 0, this.#earliest(key))
    const known = this.#due.get(key)
    if (known !== undefined && known <= ms) return
    this.#due.set(key, ms)
    push(this.#heap, { key, atMs: ms })
    this.#sweep()
    this.#plan()
  }

  /** Runs the key now, before those that nobody waits for. */
  hasten(key: string): void {
    if (this.#stopped) return
    const known = this.#due.get(key)
    const stands = known !== undefined && known <= this.#options.clock.monotonicMs()
    const isNews = !this.#urgent.has(key)
    this.#urgent.add(key)
    // It stands in the line already, and is to have an earlier turn.
    if (stands && isNews && !this.#running.has(key)) this.#enlist(key)
    this.add(key)
  }

  /** Forgets what was planned; what runs goes on to its end. */
  drop(key: string): void {
    this.#due.delete(key)
    this.#paid.delete(key)
    this.#urgent.delete(key)
  }

  /** Keys waiting and running, slots taken, and plans held, overtaken ones too. */
  get size(): { waiting: number; running: number; working: number; plans: number } {
    return {
      waiting: this.#due.size,
      running: this.#running.size,
      working: this.#slots.taken,
      plans: this.#heap.length,
    }
  }

  /** Takes no more work; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#due.clear()
    this.#heap.length = 0
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#cancelTimer?.()
  }

  /** Plans that were overtaken would stay until their time comes, which may be a day. */
  #sweep(): void {
    if (this.#heap.length <= 2 * this.#due.size + spareEntries) return
    this.#heap.length = 0
    for (const [key, atMs] of this.#due) push(this.#heap, { key, atMs })
  }

  /** When the key may start again by its pace. */
  #earliest(key: string): number {
    return (this.#paid.get(key) ?? 0) - (mostAtOnce - 1) * paceMs
  }

  /** One turn, no more: what is done before it waits for something is done in this turn. */
  #run(): void {
    const now = this.#options.clock.monotonicMs()
    this.#enlistDue(now)
    for (let turn = this.#line.take(this.#hasSlot); turn; turn = this.#line.take(this.#hasSlot)) {
      if (turn.goOn) {
        turn.goOn()
        break
      }
      if (!this.#mayStart(turn.key, now)) continue
      this.#start(turn.key, now)
      break
    }
    this.#plan()
  }

  #enlistDue(now: number): void {
    for (let first = this.#heap[0]; first && first.atMs <= now; first = this.#heap[0]) {
      pop(this.#heap)
      const isCurrent = this.#due.get(first.key) === first.atMs
      if (isCurrent && !this.#running.has(first.key)) this.#enlist(first.key)
    }
  }

  #enlist(key: string, goOn?: () => void): void {
    const urgent = this.#urgent.has(key)
    this.#line.add(laneOf(key), { key, ...(goOn && { goOn }) }, { urgent })
  }

  /** One that runs comes back when it ends; one that was dropped or had its turn does not start. */
  #mayStart(key: string, now: number): boolean {
    const atMs = this.#due.get(key)
    return atMs !== undefined && atMs <= now && !this.#running.has(key)
  }

  #start(key: string, now: number): void {
    const lateMs = now - (this.#due.get(key) ?? now)
    this.#due.delete(key)
    this.#urgent.delete(key)
    this.#running.add(key)
    this.#slots.take(laneOf(key))
    this.#paid.set(key, Math.max(now, this.#paid.get(key) ?? 0) + paceMs)
    void this.#options.work(key, lateMs, this.#outsideOf(key)).finally(() => this.#ended(key))
  }

  #ended(key: string): void {
    this.#running.delete(key)
    this.#slots.release(laneOf(key))
    const atMs = this.#due.get(key)
    if (atMs !== undefined) push(this.#heap, { key, atMs })
    if (this.#running.size === 0 && this.#stopped) for (const done of this.#idle) done()
    this.#plan()
  }

  #outsideOf(key: string): Outside {
    return async (wait) => {
      this.#slots.release(laneOf(key))
      this.#plan()
      try {
        return await wait()
      } finally {
        await this.#slotFor(key)
      }
    }
  }

  #slotFor(key: string): Promise<void> {
    return new Promise((resolve) => {
      this.#enlist(key, () => {
        this.#slots.take(laneOf(key))
        resolve()
      })
      this.#plan()
    })
  }

  /** The next turn is always left to the clock, never made in the turn that asks for it. */
  #plan(): void {
    const atMs = this.#nextMs()
    if (atMs === undefined || (this.#cancelTimer && this.#timerMs <= atMs)) return
    this.#cancelTimer?.()
    this.#timerMs = atMs
    const waitMs = Math.ceil(Math.max(0, atMs - this.#options.clock.monotonicMs()))
    this.#cancelTimer = this.#options.clock.after(waitMs, () => {
      this.#cancelTimer = undefined
      this.#timerMs = Number.POSITIVE_INFINITY
      this.#run()
    })
  }

  /** With no slot free the end of one runs the queue; a timer would only spin. */
  #nextMs(): number | undefined {
    if (this.#line.holds(this.#hasSlot)) return this.#options.clock.monotonicMs()
    return this.#slots.taken < this.#options.concurrency ? this.#heap[0]?.atMs : undefined
  }

  readonly #hasSlot = (lane: string): boolean => this.#slots.has(lane)
}

/** Keys of one namespace share what they may take. */
function laneOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

/**
 * The work queue: each key at most once at a time, the earliest deadline first, a bounded number
 * at once. A key that is asked for while it runs runs once more afterwards. Whoever asks, and for
 * whatever time: between two starts the event loop goes round, so that probes and signals are
 * heard, and no key runs more often than its pace.
 */
import type { Clock } from '../../src/io/clock.ts'

export interface QueueOptions {
  clock: Clock
  /** Keys worked on at the same time. */
  concurrency: number
  /** Must not reject. `lateMs` is the time from when the key was due until now. */
  work: (key: string, lateMs: number) => Promise<void>
}

interface Entry {
  key: string
  /** On the clock that only grows: who sets the time of day moves no plan. */
  at: number
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
  readonly #running = new Set<string>()
  /** For each key, the time at which all its starts so far would be over at its pace. */
  readonly #paid = new Map<string, number>()
  #cancelTimer: (() => void) | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #stopped = false
  #idle: (() => void)[] = []

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /**
   * Runs the key then (milliseconds of the clock that only grows), or earlier where that was asked
   * for already. A time that has passed, or is no number, is now.
   */
  add(key: string, at: number = this.#options.clock.monotonicMs()): void {
    if (this.#stopped) return
    const ms = Math.max(at || 0, this.#earliest(key))
    const known = this.#due.get(key)
    if (known !== undefined && known <= ms) return
    this.#due.set(key, ms)
    push(this.#heap, { key, at: ms })
    this.#sweep()
    this.#plan()
  }

  /** Forgets what was planned; what runs goes on to its end. */
  drop(key: string): void {
    this.#due.delete(key)
    this.#paid.delete(key)
  }

  /** Keys waiting and running, and plans held, overtaken ones too. */
  get size(): { waiting: number; running: number; plans: number } {
    return { waiting: this.#due.size, running: this.#running.size, plans: this.#heap.length }
  }

  /** Takes no more work; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTimer?.()
    this.#due.clear()
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /** Plans that were overtaken would stay until their time comes, which may be a day. */
  #sweep(): void {
    if (this.#heap.length <= 2 * this.#due.size + spareEntries) return
    this.#heap.length = 0
    for (const [key, at] of this.#due) push(this.#heap, { key, at })
  }

  /** When the key may start again by its pace. */
  #earliest(key: string): number {
    return (this.#paid.get(key) ?? 0) - (mostAtOnce - 1) * paceMs
  }

  /** Starts one key, no more: what it does before it waits for something is done in this turn. */
  #run(): void {
    const now = this.#options.clock.monotonicMs()
    const next = this.#next(now)
    if (next !== undefined) this.#start(next, now)
    this.#plan()
  }

  /** The next key that is due and not running; what runs comes back when it ends. */
  #next(now: number): string | undefined {
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      pop(this.#heap)
      const isCurrent = this.#due.get(first.key) === first.at
      if (isCurrent && !this.#running.has(first.key)) return first.key
    }
    return undefined
  }

  #start(key: string, now: number): void {
    const lateMs = now - (this.#due.get(key) ?? now)
    this.#due.delete(key)
    this.#running.add(key)
    this.#paid.set(key, Math.max(now, this.#paid.get(key) ?? 0) + paceMs)
    void this.#options.work(key, lateMs).finally(() => {
      this.#running.delete(key)
      const at = this.#due.get(key)
      if (at !== undefined) push(this.#heap, { key, at })
      if (this.#running.size === 0 && this.#stopped) for (const done of this.#idle) done()
      this.#plan()
    })
  }

  /** The next start is always left to the clock, never made in the turn that asks for it. */
  #plan(): void {
    const first = this.#heap[0]
    // With no worker free the end of one runs the queue; a timer would only spin.
    if (!first || this.#stopped || this.#running.size >= this.#options.concurrency) return
    if (this.#cancelTimer && this.#timerAt <= first.at) return
    this.#cancelTimer?.()
    this.#timerAt = first.at
    const waitMs = Math.ceil(Math.max(0, first.at - this.#options.clock.monotonicMs()))
    this.#cancelTimer = this.#options.clock.after(waitMs, () => {
      this.#cancelTimer = undefined
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#run()
    })
  }
}

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry)
  let at = heap.length - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (before(heap, parent, at)) break
    swap(heap, parent, at)
    at = parent
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  heap[0] = last
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    if (left >= heap.length) break
    const child = left + 1 < heap.length && before(heap, left + 1, left) ? left + 1 : left
    if (before(heap, at, child)) break
    swap(heap, at, child)
    at = child
  }
}

function before(heap: readonly Entry[], a: number, b: number): boolean {
  return (heap[a]?.at ?? 0) <= (heap[b]?.at ?? 0)
}

function swap(heap: Entry[], a: number, b: number): void {
  const [x, y] = [heap[a], heap[b]]
  if (x && y) {
    heap[a] = y
    heap[b] = x
  }
}

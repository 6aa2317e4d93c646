/**
 * The work queue: each key at most once at a time, the earliest deadline first, a bounded number
 * at once. A key that is asked for while it runs runs once more afterwards.
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
  /** Milliseconds since the epoch. */
  at: number
}

/** Overtaken plans that are not worth a look. */
const spareEntries = 64

export class Queue {
  readonly #options: QueueOptions
  readonly #due = new Map<string, number>()
  readonly #heap: Entry[] = []
  readonly #running = new Set<string>()
  #cancelTimer: (() => void) | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #stopped = false
  #idle: (() => void)[] = []

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Runs the key then, or earlier where that was asked for already. */
  add(key: string, at: Date = this.#options.clock.now()): void {
    if (this.#stopped) return
    const ms = at.getTime()
    const known = this.#due.get(key)
    if (known !== undefined && known <= ms) return
    this.#due.set(key, ms)
    push(this.#heap, { key, at: ms })
    this.#sweep()
    this.#run()
  }

  /** Forgets what was planned; what runs goes on to its end. */
  drop(key: string): void {
    this.#due.delete(key)
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

  #run(): void {
    const now = this.#options.clock.now().getTime()
    while (this.#running.size < this.#options.concurrency) {
      const next = this.#next(now)
      if (next === undefined) break
      this.#start(next, now)
    }
    this.#plan(now)
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
    void this.#options.work(key, lateMs).finally(() => {
      this.#running.delete(key)
      const at = this.#due.get(key)
      if (at !== undefined) push(this.#heap, { key, at })
      if (this.#running.size === 0 && this.#stopped) for (const done of this.#idle) done()
      if (!this.#stopped) this.#run()
    })
  }

  #plan(now: number): void {
    const first = this.#heap[0]
    // With no worker free the end of one runs the queue; a timer would only spin.
    if (!first || this.#stopped || this.#running.size >= this.#options.concurrency) return
    if (this.#cancelTimer && this.#timerAt <= first.at) return
    this.#cancelTimer?.()
    this.#timerAt = first.at
    this.#cancelTimer = this.#options.clock.after(Math.max(0, first.at - now), () => {
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

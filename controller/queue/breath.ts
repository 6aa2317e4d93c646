/**
 * Work that takes long goes on in pieces: between two of them the event loop goes round, so that
 * probes, signals and other canaries are heard. Namespaces take turns, one piece in each round.
 */
import type { Clock } from '../../src/io/clock.ts'
import type { Budget } from '../../src/template/budget.ts'
import { createFairLine } from './fair-line.ts'

/** Resolves in another round of the event loop, when it is the namespace's turn. */
export type Breath = (namespace: string) => Promise<void>

const any = (): boolean => true

/** For the whole process: whoever draws breath stands in one line. */
export function createBreath(clock: Pick<Clock, 'after'>): Breath {
  const line = createFairLine<() => void>()
  let isPlanned = false

  function plan(): void {
    if (isPlanned || !line.holds(any)) return
    isPlanned = true
    clock.after(0, () => {
      isPlanned = false
      line.take(any)?.()
      plan()
    })
  }

  return (namespace) =>
    new Promise((resolve) => {
      line.add(namespace, resolve)
      plan()
    })
}

/** So much of a budget is a piece of work, a few milliseconds. */
const piece = 65_536

/**
 * Begins one after the other, and pauses where those so far took a piece of the budget; what they
 * begin goes on side by side. Rejects with the first that does, or with what aborted the signal.
 */
export function inPieces<T>(
  begin: readonly (() => Promise<T>)[],
  {
    budget,
    breathe,
    signal,
  }: { budget: Budget; breathe: () => Promise<void>; signal: AbortSignal },
): Promise<T[]> {
  let paused = budget.left
  const pause = async (): Promise<void> => {
    if (paused - budget.left < piece) return
    await breathe()
    signal.throwIfAborted()
    paused = budget.left
  }
  let before: Promise<unknown> = Promise.resolve()
  return Promise.all(
    begin.map((one) => {
      const begun = before.then(async () => {
        await pause()
        return { asked: one() }
      })
      before = begun
      return begun.then(({ asked }) => asked)
    }),
  )
}

/** A queue on a clock of the test, and the work that it was given. */
import { type Outside, Queue } from '../../../../controller/queue/queue.ts'
import { fakeClock } from '../../io/fake-clock.ts'

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

/** A queue whose work ends when the test says so. */
export function given({ concurrency = 10 } = {}) {
  const clock = fakeClock()
  const started: string[] = []
  const late: number[] = []
  const running = new Map<string, () => void>()
  const outsideOf = new Map<string, Outside>()
  const queue = new Queue({
    clock,
    concurrency,
    work(key, lateMs, outside) {
      outsideOf.set(key, outside)
      started.push(key)
      late.push(lateMs)
      return new Promise((resolve) => running.set(key, resolve))
    },
  })
  return {
    clock,
    queue,
    started,
    late,
    at: (ms: number) => clock.monotonicMs() + ms,
    /** Adds, and lets what is due begin. */
    add(key: string, at?: number) {
      queue.add(key, at)
      clock.step(0)
    },
    async end(key: string) {
      running.get(key)?.()
      // The queue goes on in the turn after the work has ended.
      await settled()
      clock.step(0)
    },
    /** Has the work of the key wait for somebody; the answer lets it come back. */
    async leave(key: string) {
      let comeBack = () => {}
      let isBack = false
      void outsideOf
        .get(key)?.(() => new Promise<void>((resolve) => (comeBack = resolve)))
        .then(() => {
          isBack = true
        })
      clock.step(0)
      return {
        isBack: () => isBack,
        async comeBack() {
          comeBack()
          await settled()
          clock.step(0)
          await settled()
        },
      }
    },
  }
}

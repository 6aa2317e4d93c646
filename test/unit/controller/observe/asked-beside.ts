/** An API server that answers what the cache does not hold, or does not answer at all. */
import { expect } from 'vitest'
import { KubeError } from '../../../../src/errors.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { silent } from '../../../../src/io/log.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import type { ResourceKind } from '../../../../src/resource-kind.ts'
import { fakeClock } from '../../io/fake-clock.ts'

export const forbidden = new KubeError('not allowed', { status: 403 })

/** What rejects as a request does whose time is up, or whose caller is gone. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new KubeError('given up', { status: 0 }))
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}

/** With these objects; `how` is what it answers in their place. */
export function givenServer(objects: readonly KubeObject[], how: 'silence' | Error | 'objects') {
  const asked: string[] = []
  const answer = <T>(signal: AbortSignal | undefined, value: T): Promise<T> => {
    if (how === 'silence') return untilAborted(signal)
    return how === 'objects' ? Promise.resolve(value) : Promise.reject(how)
  }
  const kube: Pick<Kube, 'get' | 'list'> = {
    get<T extends KubeObject>(ref: ObjectRef, signal?: AbortSignal) {
      asked.push(`${ref.kind} ${ref.name}`)
      // As everywhere the caller names the type.
      return answer(
        signal,
        objects.find((one) => refKey(refOf(one)) === refKey(ref)) as T | undefined,
      )
    },
    list<T extends KubeObject>({ kind }: ResourceKind, { signal }: { signal?: AbortSignal } = {}) {
      asked.push(kind)
      const items = objects.filter((one) => one.kind === kind) as T[]
      return answer(signal, { items, resourceVersion: '1' })
    },
  }
  const clock = fakeClock()
  const shutdown = new AbortController()
  return { asked, clock, shutdown, deps: { kube, clock, log: silent, signal: shutdown.signal } }
}

interface Reading {
  clock: ReturnType<typeof fakeClock>
  shutdown: AbortController
  read: () => Promise<unknown>
}

/** What is read from a server that says nothing, once five seconds are over; nothing waits on. */
export async function readInVain({ clock, read }: Pick<Reading, 'clock' | 'read'>) {
  const reading = read()
  await clock.whenWaiting()
  clock.step(5_000)
  const answer = await reading
  expect(clock.nextMs()).toBeUndefined()
  return answer
}

/** The end of the process, and a defect, are no answer: whoever reads hears of them. */
export async function expectNoAnswer(given: (how: 'silence' | Error) => Reading): Promise<void> {
  const { shutdown, read } = given('silence')
  const reading = read()
  shutdown.abort()
  await expect(reading).rejects.toThrow('given up')
  await expect(given(new TypeError('a defect')).read()).rejects.toThrow('a defect')
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Outside, Queue } from '../../../../controller/tick/queue.ts'
import { fakeClock } from '../../io/fake-clock.ts'

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

/** A queue whose work ends when the test says so. */
function given({ concurrency = 10 } = {}) {
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

test('a key without a time runs at once', () => {
  const { add, started } = given()
  add('a')
  expect(started).toEqual(['a'])
})

test('keys run in the order of their times, whenever they were added', () => {
  const { add, clock, started, at } = given()
  add('late', at(300))
  add('early', at(100))
  add('middle', at(200))
  clock.step(299)
  expect(started).toEqual(['early', 'middle'])
  clock.step(1)
  expect(started).toEqual(['early', 'middle', 'late'])
})

test('what waited for a free worker is told how late it comes', async () => {
  const { add, clock, late, at, end } = given({ concurrency: 1 })
  add('first')
  add('second', at(100))
  clock.step(350)
  await end('first')
  expect(late).toEqual([0, 250])
})

test('of several times for one key the earliest counts, and it runs once', async () => {
  const { add, clock, started, at, end } = given()
  add('a', at(500))
  add('a', at(100))
  add('a', at(300))
  clock.step(100)
  await end('a')
  clock.step(1000)
  expect(started).toEqual(['a'])
})

test('a key that is asked for while it runs waits for its end, and runs once more', async () => {
  const { add, started, end } = given()
  add('a')
  add('a')
  add('a')
  expect(started).toEqual(['a'])
  await end('a')
  expect(started).toEqual(['a', 'a'])
  await end('a')
  expect(started).toEqual(['a', 'a'])
})

test('a slow key delays no other', async () => {
  const { add, clock, started, at, end } = given()
  add('slow')
  for (let tick = 1; tick <= 3; tick++) {
    add('quick', at(10))
    clock.step(10)
    await end('quick')
  }
  expect(started).toEqual(['slow', 'quick', 'quick', 'quick'])
})

test('no more run at once than allowed, and a free place is taken at once', async () => {
  const { add, started, end } = given({ concurrency: 2 })
  for (const key of ['one/a', 'two/b', 'three/c', 'four/d']) add(key)
  expect(started).toEqual(['one/a', 'two/b'])
  await end('two/b')
  expect(started).toEqual(['one/a', 'two/b', 'three/c'])
})

test('what waits for the outside holds no slot, and takes one again to go on', async () => {
  const { add, leave, end, started, queue } = given({ concurrency: 1 })
  add('one/a')
  add('two/b')
  expect(started).toEqual(['one/a'])
  const a = await leave('one/a')
  expect(started).toEqual(['one/a', 'two/b'])
  await a.comeBack()
  expect(a.isBack()).toBe(false)
  await end('two/b')
  await settled()
  expect(a.isBack()).toBe(true)
  expect(queue.size).toMatchObject({ running: 1, working: 1 })
})

test('a key that waits for the outside is not started a second time', async () => {
  const { add, leave, started } = given()
  add('one/a')
  await leave('one/a')
  add('one/a')
  expect(started).toEqual(['one/a'])
})

test('a namespace with a thousand canaries takes turns with one that has a single one', async () => {
  const { add, end, started } = given({ concurrency: 1 })
  for (let at = 0; at < 1_000; at++) add(`many/${at}`)
  add('few/a')
  await end('many/0')
  await end('many/1')
  expect(started.slice(0, 3)).toContain('few/a')
})

test('a namespace whose canaries never end leaves slots to the others', () => {
  const { add, started } = given({ concurrency: 8 })
  for (let at = 0; at < 20; at++) add(`greedy/${at}`)
  expect(started).toHaveLength(4)
  for (const namespace of ['a', 'b', 'c', 'd', 'e']) add(`${namespace}/one`)
  expect(started.slice(4)).toEqual(['a/one', 'b/one', 'c/one', 'd/one'])
})

test('what a person waits for goes before all else, and all else goes on', async () => {
  const { add, queue, end, started, clock } = given({ concurrency: 1 })
  add('first/a')
  for (const namespace of ['b', 'c', 'd', 'e', 'f', 'g']) add(`${namespace}/plain`)
  for (let at = 0; at < 20; at++) queue.hasten(`asked/${at}`)
  clock.step(0)
  await end('first/a')
  expect(started[1]).toMatch(/^asked/)
  for (let at = 1; at < 12; at++) await end(started.at(-1) ?? '')
  expect(started.filter((key) => key.startsWith('asked/'))).toHaveLength(9)
  expect(started.filter((key) => key.endsWith('/plain'))).toHaveLength(3)
})

test('a key that is hastened while it waits for its turn runs once', async () => {
  const { add, queue, end, started } = given({ concurrency: 1 })
  add('one/a')
  add('two/b')
  queue.hasten('two/b')
  queue.hasten('two/b')
  await end('one/a')
  await end('two/b')
  expect(started).toEqual(['one/a', 'two/b'])
  expect(queue.size).toMatchObject({ waiting: 0, running: 0, working: 0 })
})

test('it stops also while something waits for the outside, which comes to its end', async () => {
  const { add, leave, end, queue } = given({ concurrency: 1 })
  add('one/a')
  const a = await leave('one/a')
  const stopping = queue.stop()
  await a.comeBack()
  expect(a.isBack()).toBe(true)
  await end('one/a')
  await stopping
  expect(queue.size.running).toBe(0)
})

test('a dropped key does not run any more', () => {
  const { add, queue, clock, started, at } = given()
  add('a', at(100))
  queue.drop('a')
  clock.step(200)
  expect(started).toEqual([])
  expect(queue.size.waiting).toBe(0)
})

test('it stops when what runs has ended, and takes nothing more', async () => {
  const { add, queue, clock, started, at, end } = given()
  add('a')
  add('b', at(100))
  let isStopped = false
  const stopping = queue.stop().then(() => {
    isStopped = true
  })
  add('c')
  clock.step(1000)
  expect(started).toEqual(['a'])
  expect(isStopped).toBe(false)
  await end('a')
  await stopping
  expect(started).toEqual(['a'])
  expect(clock.nextMs()).toBeUndefined()
})

test('plans that were overtaken do not pile up', async () => {
  const { add, queue, at, end, clock } = given()
  for (let wake = 0; wake < 2_000; wake++) {
    add('a', at(86_400_000 - wake))
    add('a')
    await end('a')
    clock.step(1)
  }
  expect(queue.size.plans).toBeLessThan(200)
})

test('what is due at once begins one by one: between two the event loop goes round', () => {
  const { queue, clock, started } = given()
  for (const key of ['a', 'b', 'c']) queue.add(key)
  expect(started).toEqual([])
  const turns = [1, 2, 3].map(() => {
    clock.turn()
    return started.length
  })
  expect(turns).toEqual([1, 2, 3])
})

test('the time of day moves no plan, whoever sets it', () => {
  const { queue, clock, started, at } = given()
  queue.add('a', at(1_000))
  clock.set(-3_600_000)
  queue.add('b', at(2_000))
  clock.set(7_200_000)
  clock.step(999)
  expect(started).toEqual([])
  clock.step(1_001)
  expect(started).toEqual(['a', 'b'])
})

test.each([0, -3_600_000, Number.NaN, Number.NEGATIVE_INFINITY])(
  'a key that asks for %d again and again keeps its pace, and no other waits for it',
  async (time) => {
    const { queue, clock, started, end, add } = given()
    const seconds = 10
    for (let ms = 0; ms < seconds * 1_000; ms++) {
      queue.add('greedy', time)
      await end('greedy')
      clock.step(1)
    }
    expect(started.length).toBeGreaterThan(50)
    expect(started.length).toBeLessThanOrEqual(50 + 20 * seconds)
    add('other')
    expect(started.at(-1)).toBe('other')
  },
)

test('whatever is added, every key runs at its earliest time and never twice at once', async () => {
  const adds = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(50) }), {
    minLength: 1,
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(adds, async (plans) => {
      const { add, clock, started, at, end } = given()
      for (const { key, ms } of plans) add(key, at(ms + 1))
      const first = new Map<string, number>()
      for (let now = 1; now <= 51; now++) {
        const before = started.length
        clock.step(1)
        for (const key of started.slice(before)) {
          first.set(key, first.get(key) ?? now)
          await end(key)
        }
      }
      for (const key of new Set(plans.map((plan) => plan.key))) {
        const earliest = Math.min(
          ...plans.filter((plan) => plan.key === key).map(({ ms }) => ms + 1),
        )
        expect(first.get(key)).toBe(earliest)
      }
      expect(started).toHaveLength(first.size)
    }),
    { numRuns: 50 },
  )
})

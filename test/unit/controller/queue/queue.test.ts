import fc from 'fast-check'
import { expect, test } from 'vitest'
import { given } from './queues.ts'

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

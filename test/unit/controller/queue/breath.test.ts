import { expect, test } from 'vitest'
import { createBreath, inPieces } from '../../../../controller/queue/breath.ts'

/** A clock whose rounds of the event loop the test makes. */
function givenLoop() {
  const planned: (() => void)[] = []
  const after = (_ms: number, callback: () => void) => {
    planned.push(callback)
    return () => {}
  }
  return {
    after,
    async round() {
      for (const callback of planned.splice(0)) callback()
      await settled()
    },
    get planned() {
      return planned.length
    },
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

test('one piece of work goes on in a round of the event loop, and namespaces take turns', async () => {
  const loop = givenLoop()
  const breath = createBreath(loop)
  const order: string[] = []
  for (const namespace of ['many', 'many', 'many', 'few'])
    void breath(namespace).then(() => order.push(namespace))
  await loop.round()
  expect(order).toEqual(['many'])
  await loop.round()
  expect(order).toEqual(['many', 'few'])
  await loop.round()
  await loop.round()
  expect(order).toEqual(['many', 'few', 'many', 'many'])
  expect(loop.planned).toBe(0)
})

/** Begins ten, each of which costs so much of the budget. */
function beginTen(cost: number, { aborted = false } = {}) {
  const budget = { left: 1_000_000 }
  const loop = givenLoop()
  const breath = createBreath(loop)
  const end = new AbortController()
  if (aborted) end.abort(new Error('given up'))
  const begun: number[] = []
  const ten = Array.from({ length: 10 }, (_, at) => async () => {
    budget.left -= cost
    begun.push(at)
    return at
  })
  const all = inPieces(ten, { budget, breathe: () => breath('a'), signal: end.signal })
  return { all, begun, loop }
}

test('what costs little begins in one go', async () => {
  const { all, begun } = beginTen(100)
  expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('what costs much waits for another round of the event loop after each piece', async () => {
  const { all, begun, loop } = beginTen(40_000)
  await settled()
  expect(begun).toEqual([0, 1])
  await loop.round()
  expect(begun).toEqual([0, 1, 2, 3])
  while (loop.planned > 0) await loop.round()
  expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('work whose look was given up does not go on after a pause', async () => {
  const { all, begun, loop } = beginTen(70_000, { aborted: true })
  const outcome = expect(all).rejects.toThrow('given up')
  await settled()
  await loop.round()
  await outcome
  expect(begun).toEqual([0])
})

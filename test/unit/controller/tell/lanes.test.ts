import { expect, test } from 'vitest'
import { createLanes } from '../../../../controller/tell/lanes.ts'

/** A job that ends when the test says so. */
function job(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  return {
    run: () => {
      log.push(name)
      return promise
    },
    end: resolve,
    fail: () => reject(new Error(name)),
  }
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

test('jobs of a lane run one after the other, lanes side by side', async () => {
  const log: string[] = []
  const lanes = createLanes(10, () => {})
  const [a1, a2, b1] = [job(log, 'a1'), job(log, 'a2'), job(log, 'b1')]
  lanes.add('a', a1.run)
  lanes.add('a', a2.run)
  lanes.add('b', b1.run)
  await turns()
  expect(log).toEqual(['a1', 'b1'])
  a1.end()
  await turns()
  expect(log).toEqual(['a1', 'b1', 'a2'])
})

test('a job that fails does not keep the next one from running', async () => {
  const log: string[] = []
  const lanes = createLanes(10, () => {})
  const [first, second] = [job(log, 'first'), job(log, 'second')]
  lanes.add('a', first.run)
  lanes.add('a', second.run)
  first.fail()
  await turns()
  expect(log).toEqual(['first', 'second'])
})

test('over the limit the oldest that waits goes, and that is told', async () => {
  const log: string[] = []
  const dropped: string[] = []
  const lanes = createLanes(2, (lane) => dropped.push(lane))
  const running = job(log, 'running')
  lanes.add('a', running.run)
  for (const name of ['old', 'new', 'newest']) {
    const waiting = job(log, name)
    waiting.end()
    lanes.add('a', waiting.run)
  }
  expect(dropped).toEqual(['a'])
  running.end()
  await lanes.flush()
  expect(log).toEqual(['running', 'new', 'newest'])
})

test('a flush waits for what is added meanwhile too, and lanes start again after it', async () => {
  const log: string[] = []
  const lanes = createLanes(10, () => {})
  const last = job(log, 'last')
  last.end()
  lanes.add('a', async () => {
    log.push('first')
    lanes.add('a', last.run)
  })
  await lanes.flush()
  expect(log).toEqual(['first', 'last'])
  lanes.add('a', last.run)
  await lanes.flush()
  expect(log).toEqual(['first', 'last', 'last'])
})

/** Whose turn it is in the queue: waiting outside, namespaces and people. */
import { expect, test } from 'vitest'
import { given, settled } from './queues.ts'

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

import { expect, test } from 'vitest'
import { createPortions } from '../../../../src/io/outside/portions.ts'

const { signal } = new AbortController()

/** What has begun, by the names of who asked, in order. */
function desk(limits: { each: number; all: number }) {
  const portions = createPortions(limits)
  const begun: string[] = []
  return {
    begun,
    portions,
    async ask(tenant: string, name = tenant, amount = 1) {
      const release = await portions.take(tenant, amount, signal)
      begun.push(name)
      return release
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('one tenant takes no more than its share, however much is left', async () => {
  const { ask, begun, portions } = desk({ each: 2, all: 10 })
  const first = await ask('a', 'a1')
  for (const name of ['a2', 'a3', 'a4']) void ask('a', name)
  await ask('b')
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b'])
  first()
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b', 'a3'])
  expect(portions.taken()).toBe(3)
})

test('tenants take turns where all of it is out: a long row of one delays no other', async () => {
  const { ask, begun } = desk({ each: 2, all: 2 })
  const out = [await ask('a'), await ask('a')]
  for (let more = 0; more < 50; more++) void ask('a', `a${more}`)
  void ask('b')
  void ask('c')
  await settled()
  for (const release of out) release()
  await settled()
  expect(begun.slice(2)).toEqual(['a0', 'b'])
})

test('who gives up gets nothing, and holds up nobody', async () => {
  const { ask, begun, portions } = desk({ each: 1, all: 1 })
  const release = await ask('a')
  const gone = new AbortController()
  const given = portions.take('b', 1, gone.signal)
  void ask('c')
  gone.abort(new Error('gone'))
  await expect(given).rejects.toThrow('gone')
  release()
  await settled()
  expect(begun).toEqual(['a', 'c'])
})

test('more than a tenant can ever have is all of its share, not a wait without end', async () => {
  const { ask, portions } = desk({ each: 3, all: 10 })
  const release = await ask('a', 'a', 100)
  expect(portions.taken()).toBe(3)
  release()
  release()
  expect(portions.taken()).toBe(0)
})

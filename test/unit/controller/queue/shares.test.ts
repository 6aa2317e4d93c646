import { expect, test } from 'vitest'
import { type Beside, createShares } from '../../../../controller/queue/shares.ts'
import type { Http, HttpRequest } from '../../../../src/io/http.ts'

/** Shares of a server that answers when the test says so. */
function given({ most = 8, longestMs = 1_000 } = {}) {
  const shares = createShares({ most, longestMs })
  const asked: string[] = []
  const limits: number[] = []
  const open: { url: string; answer: () => void }[] = []
  const http: Http = ({ url, timeoutMs }) => {
    asked.push(url)
    limits.push(timeoutMs)
    return new Promise((resolve) =>
      open.push({ url, answer: () => resolve({ status: 200, headers: {}, body: '' }) }),
    )
  }
  return {
    asked,
    limits,
    ask: (namespace: string, of: Partial<HttpRequest> = {}, signal?: AbortSignal) =>
      shares.of(namespace, http)({ url: namespace, timeoutMs: 500, ...of }, signal),
    tell: (namespace: string, beside: Beside) =>
      shares.of(namespace, http, beside)({ url: `${beside} of ${namespace}`, timeoutMs: 500 }),
    async answerOne() {
      open.shift()?.answer()
      await settled()
    },
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

const count = (asked: readonly string[], namespace: string) =>
  asked.filter((one) => one === namespace).length

test('hooks that hang in one namespace take at most half of all places', async () => {
  const { ask, asked } = given({ most: 8 })
  for (let at = 0; at < 200; at++) void ask('greedy')
  await settled()
  expect(asked).toHaveLength(4)
})

test('alerts and events of a namespace count as its hooks do, and wait behind none of them', async () => {
  const { ask, tell, asked } = given({ most: 8 })
  for (let at = 0; at < 200; at++) void ask('greedy')
  for (let at = 0; at < 200; at++) void tell('greedy', 'alerts')
  for (let at = 0; at < 200; at++) void tell('greedy', 'events')
  await settled()
  expect(count(asked, 'greedy')).toBe(4)
  expect(count(asked, 'alerts of greedy')).toBe(1)
  expect(count(asked, 'events of greedy')).toBe(1)
})

test('of several greedy namespaces none takes the last place from one that asks for its first', async () => {
  const { ask, asked } = given({ most: 12 })
  for (const greedy of ['a', 'b', 'c']) for (let at = 0; at < 50; at++) void ask(greedy)
  void ask('victim')
  await settled()
  expect(count(asked, 'victim')).toBe(1)
})

test('what waits for a place is asked in turns, a namespace each', async () => {
  const { ask, asked, answerOne } = given({ most: 2 })
  for (let at = 0; at < 5; at++) void ask('many')
  void ask('few')
  await answerOne()
  await answerOne()
  await answerOne()
  expect(count(asked, 'few')).toBe(1)
})

test('who gives up while it waits is not asked, and takes nobody a place', async () => {
  const { ask, asked, answerOne } = given({ most: 2 })
  const gone = new AbortController()
  void ask('one')
  const waiting = ask('one', { url: 'given up' }, gone.signal)
  void ask('one', { url: 'next' })
  gone.abort()
  await expect(waiting).rejects.toThrow('given up')
  await answerOne()
  expect(asked).toEqual(['one', 'next'])
})

test.each([
  [86_400_000, 1_000],
  [0, 1_000],
  [200, 200],
])('a time-out of %d ms is %d ms where the longest is a second', async (timeoutMs, limit) => {
  const { ask, limits } = given({ longestMs: 1_000 })
  void ask('a', { timeoutMs })
  await settled()
  expect(limits).toEqual([limit])
})

import { expect, onTestFinished, test } from 'vitest'
import { startStub, type World } from '../../conformance/stub.ts'

async function stubOf(world: Partial<World>) {
  const stub = await startStub({ metrics: {}, hooks: {}, ...world })
  onTestFinished(stub.close)
  return stub
}

test('answers a query with the value of the first pattern that matches', async () => {
  const { url } = await stubOf({ metrics: { '100$': 99, '.*': 0.1 } })
  const value = async (query: string) => {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } }
    return answer.data.result[0]?.value[1]
  }

  expect(await value('rate(a) * 100')).toBe('99')
  expect(await value('rate(a)')).toBe('0.1')
})

test('answers a query that matches nothing with an empty vector', async () => {
  const { url } = await stubOf({})
  const response = await fetch(`${url}/api/v1/query?query=up`)

  expect(await response.json()).toMatchObject({ data: { result: [] } })
})

test('answers a query with what was measured, where somebody measures it', async () => {
  const world = { metrics: { '.*': 1 }, hooks: {} }
  const stub = await startStub(world, (query) =>
    query === 'success' ? Promise.resolve(87.5) : undefined,
  )
  onTestFinished(stub.close)
  const answers = await Promise.all(
    ['success', 'other'].map(async (query) => {
      const response = await fetch(`${stub.url}/api/v1/query?query=${query}`)
      return JSON.stringify(await response.json())
    }),
  )

  expect(answers[0]).toContain('"87.5"')
  expect(answers[1]).toContain('"1"')
})

test('answers 500 where the value is error', async () => {
  const { url } = await stubOf({ metrics: { '.*': 'error' } })

  expect((await fetch(`${url}/api/v1/query?query=up`)).status).toBe(500)
})

test('answers hooks by path and keeps every request', async () => {
  const { url, requests } = await stubOf({ hooks: { '^/gate': { status: 403, text: 'closed' } } })
  const answer = await fetch(`${url}/gate/open?a=1`, { method: 'POST', body: '{"name":"web"}' })

  expect(answer.status).toBe(403)
  expect(await answer.text()).toBe('closed')
  expect((await fetch(`${url}/other`)).status).toBe(200)
  expect(requests).toMatchObject([
    { method: 'POST', path: '/gate/open', search: '?a=1', body: '{"name":"web"}' },
    { method: 'GET', path: '/other', body: '' },
  ])
})

test('does not keep the check whether the metric server is there', async () => {
  const { url, requests } = await stubOf({})
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent('vector(1)')}`)

  expect(await answer.json()).toMatchObject({ data: { result: [{}] } })
  expect(requests).toEqual([])
})

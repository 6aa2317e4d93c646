/** How late the samples come by which a canary is judged. */
import { expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { lagCheck } from '../../../src/metrics/counting/checks.ts'
import { answering } from '../../support/conversations.ts'
import { answer, askedAt, canary } from './builders.ts'

async function measured(metric: object, result: unknown) {
  const of = canary([metric], { provider: 'istio', metricsServer: 'http://prom' }, { judge: {} })
  const [only] = of.analysis.metrics
  if (!only) throw new Error('no metric')
  const asked: URL[] = []
  const deps = { find: () => undefined, meshProvider: 'istio', now: askedAt }
  const outcome = await ask(
    lagCheck(of, only, deps),
    answering(({ url }) => {
      asked.push(new URL(url))
      return answer(result)
    }),
  )
  return { outcome, query: asked[0]?.searchParams }
}

const named = (n: string, value: string) => ({ metric: { n }, value: [1, value] })
const rate = { name: 'request-success-rate' }

test('the newest sample of the primary is dated, and how often one comes', async () => {
  const result = [named('age', '41.5'), named('samples', '20')]
  const { outcome, query } = await measured(rate, result)
  expect(outcome).toEqual({ lag: { ageSeconds: 41.5, everySeconds: 15 } })
  expect(query?.get('query')).toContain('destination_workload=~"podinfo-primary"')
  expect(query?.get('time')).toBe(String(askedAt.getTime() / 1_000))
})

test('buckets are dated where requests are judged by how long they take', async () => {
  const { query } = await measured({ name: 'request-duration', thresholdRange: { max: 500 } }, [])
  expect(query?.get('query')).toMatch(/timestamp\( istio_request_duration_milliseconds_bucket\{/)
})

test.each([[[]], [[named('age', 'NaN')]], [[named('age', '3'), named('samples', '0')]]])(
  'of %j nothing is known',
  async (result) => {
    expect((await measured(rate, result)).outcome).toEqual({})
  },
)

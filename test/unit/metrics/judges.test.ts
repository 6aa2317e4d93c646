import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../src/metrics/asking.ts'
import type { MetricCheck } from '../../../src/metrics/checks.ts'
import { rangeJudge } from '../../../src/metrics/judges.ts'
import { requestsOf } from '../../../src/metrics/requests.ts'
import { checksFor } from '../../../src/routers/index.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary } from './builders.ts'

const metric = (name: string, of: object = {}) => ({
  name,
  query: name,
  thresholdRange: { max: 10 },
  ...of,
})

/** What the judge asks, and what it makes of these outcomes. */
function look(metrics: object[], ...outcomes: Outcome[]) {
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
  const talk = rangeJudge.look({ canary: canary(metrics), ...deps })
  const first = talk.next([])
  if (first.done) return { asked: [] as MetricCheck[], ...first.value }
  const last = talk.next(outcomes)
  if (!last.done) throw new Error('it asks again')
  return { asked: first.value, ...last.value }
}

test('all checks are asked side by side, and each has its result', () => {
  const metrics = [metric('a'), metric('b'), metric('c')]
  const { asked, verdict, recorded } = look(metrics, { value: 1 }, { value: 11 }, { error: 'away' })

  expect(asked.map(({ metric: { name } }) => name)).toEqual(['a', 'b', 'c'])
  expect(verdict.results).toEqual([
    { name: 'a', kind: 'metric', ok: true, value: 1, max: 10, window: '1m' },
    { name: 'b', kind: 'metric', ok: false, value: 11, max: 10, window: '1m' },
    { name: 'c', kind: 'metric', ok: false, error: 'away', max: 10, window: '1m' },
  ])
  expect(recorded).toEqual([
    { metric: 'a', value: 1 },
    { metric: 'b', value: 11 },
  ])
})

test('of several that fail the first is told, as by who asks one after the other', () => {
  const { verdict } = look([metric('a'), metric('b')], { value: 11 }, { value: 12 })
  const message = 'Halt podinfo.test advancement a 11.00 > 10'
  expect(verdict).toMatchObject({
    outcome: 'failed',
    by: 'a',
    why: message,
    events: [{ type: 'Warning', message }],
  })
})

test('without any metric nothing is asked, and that passes', () => {
  expect(look([])).toMatchObject({ asked: [], verdict: { outcome: 'passed', results: [] } })
})

describe('no value', () => {
  const none = { value: undefined }

  test('fails unless the metric says otherwise', () => {
    const { verdict } = look([metric('a')], none)
    expect(verdict).toMatchObject({ outcome: 'failed', results: [{ error: 'no values found' }] })
  })

  test('holds where it is to hold, and is no result', () => {
    const { verdict } = look([metric('a', { noData: 'hold' }), metric('b')], none, { value: 1 })
    expect(verdict).toMatchObject({
      outcome: 'undecided',
      why: 'a is undecided: no values found',
      events: [],
      results: [{ name: 'b', ok: true }],
    })
  })

  test('passes where it is to pass, with nothing made up for a value', () => {
    const { verdict, recorded } = look([metric('a', { noData: 'pass' })], none)
    expect(verdict).toMatchObject({ outcome: 'passed' })
    expect(verdict.results).toEqual([
      { name: 'a', kind: 'metric', ok: true, max: 10, window: '1m' },
    ])
    expect(recorded).toEqual([])
  })

  test.each(['hold', 'pass'])('is not what an error is, which fails with %s too', (noData) => {
    const { verdict } = look([metric('a', { noData })], { error: 'away' })
    expect(verdict).toMatchObject({ outcome: 'failed', results: [{ error: 'away' }] })
  })

  test('that holds does not hide a failure', () => {
    const { verdict } = look([metric('a', { noData: 'hold' }), metric('b')], none, { value: 11 })
    expect(verdict).toMatchObject({ outcome: 'failed', by: 'b' })
  })
})

describe('too few requests', () => {
  const least = metric('a', { minRequests: 100, requestsQuery: 'n' })
  const few = 'a is undecided: fewer than 100 requests in 1m'

  test.each<[string, Outcome]>([
    ['a good value', { value: 1, requests: 99 }],
    ['a bad value', { value: 11, requests: 99 }],
    ['no value', { value: undefined, requests: 0 }],
    ['counts', { value: 11, counts: { bad: 9, all: 99 } }],
  ])('decide nothing, whatever they say: %s', (_, outcome) => {
    expect(look([least], outcome).verdict).toMatchObject({ outcome: 'undecided', why: few })
  })

  test('are enough at the limit', () => {
    expect(look([least], { value: 11, requests: 100 }).verdict.outcome).toBe('failed')
    expect(look([least], { value: 1, requests: 100 }).verdict.outcome).toBe('passed')
    expect(look([least], { value: 1, counts: { bad: 1, all: 100 } }).verdict.outcome).toBe('passed')
  })

  test('say the same each time, so that who waits writes nothing', () => {
    const why = (requests: number) => look([least], { value: 1, requests }).verdict.why
    expect(why(98)).toBe(why(99))
  })

  test('can not be told of an answer that counts nothing, which is an error', () => {
    const { verdict } = look([metric('a', { minRequests: 1 })], { value: 1 })
    expect(verdict).toMatchObject({
      outcome: 'failed',
      results: [{ error: 'nothing counts its requests for minRequests; set requestsQuery' }],
    })
  })
})

const names = ['kubernetes', ...providers.flatMap((provider) => provider.names)]

test.each(names)('the requests of %s are those that its success rate is the share of', (name) => {
  const query = requestsOf(checksFor(name))
  expect(query).toMatch(/^sum\( ?increase\(.*\[\{\{ interval \}\}\] ?\) ?\)$/s)
  expect(query).not.toMatch(/rate\(|\) \/ | \* 100/)
})

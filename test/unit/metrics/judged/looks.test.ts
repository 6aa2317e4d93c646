import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../../../src/metrics/asking.ts'
import { countsQuery } from '../../../../src/metrics/counting/arm-counts.ts'
import { after, ago, arms, doubled, given, independent, known, look, next, own } from './looks.ts'

test('one request counts what both versions answered since the weight was moved', () => {
  const { asked, verdict } = look(given(independent), arms(3, 300, 28, 5700))
  expect(asked.map(({ kind, metric }) => [kind, metric.name])).toEqual([
    ['counts', 'request-success-rate'],
  ])
  expect(verdict.judge).toMatchObject({
    startedAt: ago(60).replace('.000Z', 'Z'),
    lastLook: ago(0).replace('.000Z', 'Z'),
    metrics: [{ name: 'request-success-rate', objective: 1, looks: '60:3/300,28/5700' }],
  })
})

test('the counts are differences of both versions at two times', () => {
  const of = given(independent)
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  const query = countsQuery(of, metric, { meshProvider: 'istio', seconds: 60 })
  const selector = (target: string, more = '') =>
    `istio_requests_total{ reporter="destination", destination_workload_namespace="test", destination_workload=~"${target}"${more} }`
  const bad = selector('podinfo-primary', ', response_code=~"5.*"')
  expect(query).toContain(
    `label_replace( sum( ( ${bad} - ${bad} offset 60s >= 0 ) or ${bad} ) or vector(0), "n", "primary_bad", "", "" )`,
  )
  const all = selector('podinfo')
  expect(query).toContain(
    `label_replace( sum( ( ${all} - ${all} offset 60s >= 0 ) or ${all} ), "n", "canary_all", "", "" )`,
  )
})

test('counts of one’s own name the workload of each version', () => {
  const of = given(independent, { metrics: [own] })
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  const query = countsQuery(of, metric, { meshProvider: 'istio', seconds: 30 })
  expect(query).toContain('checkout{pod=~"podinfo-.+",ok="no"} offset 30s')
  expect(query).toContain('checkout{pod=~"podinfo-primary-.+"} offset 30s')
})

test('while nothing is proven the weight rises, and nothing is promoted', () => {
  const { verdict } = look(given(independent), arms(1, 300, 28, 5700))
  expect(verdict).toMatchObject({ outcome: 'passed', judge: { reason: 'NeedsData' } })
  expect(verdict.unproven).toBe(
    'the judge has no proof yet that request-success-rate fails less than 2 times as often as at the primary',
  )
})

test('the status says how far it is, in figures', () => {
  const { verdict } = next(independent, [arms(1, 300, 28, 5700)], arms(3, 600, 27, 5400))
  expect(verdict.judge?.why).toMatch(/as at the primary, evidence [\d.]+ of 20$/)
  const slow = Array.from({ length: 8 }, () => arms(1, 150, 28, 5700))
  expect(next(independent, slow, arms(1, 150, 28, 5700)).verdict.judge?.why).toMatch(
    /, evidence [\d.]+ of 20, about \d+ looks to go$/,
  )
})

test('what may be worse holds the weight, in the same words at each look', () => {
  const first = next(independent, doubled.slice(0, 1), arms(6, 600, 27, 5400)).verdict
  const second = next(independent, doubled.slice(0, 2), arms(9, 900, 26, 5100)).verdict
  expect(first).toMatchObject({ outcome: 'undecided', judge: { reason: 'Caution' } })
  expect(second.why).toBe(first.why)
})

test('sure harm is final, and says how sure', () => {
  const { verdict } = next(independent, doubled.slice(0, 4), arms(15, 1500, 22, 4500))
  expect(verdict).toMatchObject({ outcome: 'failed', final: true, by: 'request-success-rate' })
  expect(verdict.why).toBe(
    'request-success-rate fails 2.0 times as often as the primary (1.1 to 3.4), ' +
      '45 of 4500 against 127 of 25500, evidence 140 of 100',
  )
})

describe('a pass', () => {
  const healthy = [
    ...[arms(1, 300, 28, 5700), arms(3, 600, 27, 5400), arms(5, 900, 26, 5100)],
    arms(6, 1200, 24, 4800),
  ]

  test('is told once, with its figures', () => {
    const { verdict } = next(independent, healthy, arms(7, 1500, 22, 4500))
    expect(verdict).toMatchObject({ outcome: 'passed', judge: { verdict: 'Pass' } })
    expect(verdict.unproven).toBeUndefined()
    expect(verdict.events).toEqual([
      {
        type: 'Normal',
        message:
          "Judge passed podinfo.test: less than 2 times the primary's failures after 5 looks, evidence 66 of 20",
      },
    ])
    const again = next(independent, [...healthy, arms(7, 1500, 22, 4500)], arms(9, 1800, 21, 4200))
    expect(again.verdict).toMatchObject({ outcome: 'passed', events: [] })
  })
})

test('a look that nobody could count leaves the counts to the next, longer window', () => {
  const { verdict } = next(independent, doubled.slice(0, 2), { error: 'connection refused' })
  expect(verdict).toMatchObject({ outcome: 'undecided', judge: { reason: 'NoData' } })
  expect(verdict.why).toBe('the judge has no data: connection refused')
  expect(verdict.judge?.lastLook).toBe(ago(60).replace('.000Z', 'Z'))
  expect(verdict.judge?.metrics?.[0]?.looks).toBe('60:3/300,28/5700 60:6/600,27/5400')
})

describe('series that were not there at the last look', () => {
  const born = (primary: number, count: Outcome): Outcome => {
    const arms = 'arms' in count ? (count.arms ?? []) : []
    return { arms: arms.map((one) => ({ ...one, born: { canary: 0, primary } })) }
  }
  const before = doubled.slice(0, 2)

  test('count, where they are new pods', () => {
    const { verdict } = next(independent, before, born(2_000, arms(3, 900, 28, 6_000)))
    expect(verdict.judge?.metrics?.[0]?.looks).toMatch(/ 60:3\/900,28\/6000$/)
  })

  test('and bring a past with them are set aside, and nothing is learned', () => {
    const { verdict } = next(independent, before, born(290_000, arms(3, 900, 1_500, 300_000)))
    const [metric] = verdict.judge?.metrics ?? []
    expect(metric?.looks).toMatch(/ 60:3\/900,1500\/300000!b$/)
    expect(metric?.primary).toEqual({ bad: 55, all: 11_100 })
    expect(metric?.harm).toBe(after(independent, before).metrics?.[0]?.harm)
  })
})

test('a canary without requests is waited for, and nothing is learned', () => {
  const { verdict } = look(given(independent), arms(0, 0, 28, 5700))
  expect(verdict.why).toBe('the judge has no data: the canary gets no traffic')
  expect(verdict.outcome).toBe('undecided')
})

test('a window in which the controller was away is set aside, and nothing is asked', () => {
  const status = { ...after(independent, doubled.slice(0, 2)), lastLook: ago(1_200) }
  const { asked, verdict } = look(given(independent, { status: known(status) }))
  expect(asked).toEqual([])
  expect(verdict.judge?.metrics?.[0]?.looks).toMatch(/ 1200:0\/0,0\/0!g$/)
})

test('a time that was set aside does not count for the limit', () => {
  const settings = { ...independent, limit: '15m', onInconclusive: 'Rollback' }
  const before = after(settings, doubled.slice(0, 1))
  const paused = { ...before, startedAt: ago(3_660), lastLook: ago(3_600) }
  const resumed = look(given(settings, { status: known(paused) }))
  expect(resumed.verdict.final).toBeUndefined()
  expect(resumed.verdict.judge?.startedAt).toBe(ago(60).replace('.000Z', 'Z'))
})

test('other rules in the middle of a run are another trial, from the last look on', () => {
  const status = { ...after(independent, doubled.slice(0, 3)), lastLook: ago(60) }
  const { verdict } = look(
    given({ ...independent, ratio: 3 }, { status: known(status) }),
    arms(1, 300, 28, 5700),
  )
  expect(verdict.judge?.metrics?.[0]?.looks).toBe('60:1/300,28/5700')
})

test('more looks than are kept go into a checkpoint, and the evidence stays', () => {
  const status = after(
    independent,
    Array.from({ length: 140 }, () => arms(1, 300, 28, 5700)),
  )
  const [metric] = status.metrics ?? []
  expect(metric?.looks.split(' ').length).toBeLessThanOrEqual(128)
  expect(metric?.checkpoint?.split(' ')).toHaveLength(35)
  expect(metric?.canary).toEqual({ bad: expect.any(Number), all: expect.any(Number) })
})

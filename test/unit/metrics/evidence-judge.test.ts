import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../src/canary/api.gen.ts'
import type { Canary } from '../../../src/canary/canary.ts'
import type { Outcome } from '../../../src/metrics/asking.ts'
import type { MetricCheck } from '../../../src/metrics/checks.ts'
import { countsQuery } from '../../../src/metrics/counting/arm-counts.ts'
import { judgeFor } from '../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary } from './builders.ts'

const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }
const own = {
  name: 'checkout',
  counts: {
    bad: 'checkout{pod=~"{{ target }}-.+",ok="no"}',
    all: 'checkout{pod=~"{{ target }}-.+"}',
  },
}
/** Nothing is read of the past but where a test is of that. */
const independent = { cluster: 1, history: '0s' }

const ago = (seconds: number) => new Date(askedAt.getTime() - seconds * 1_000).toISOString()

/** A canary whose weight was moved a minute ago, or that has been judged before. */
function given(
  judge: object,
  { status, metrics = [rate] }: { status?: object; metrics?: object[] } = {},
): Canary {
  const parsed = canary(metrics, {}, { interval: '1m', judge, stepWeight: 5, maxWeight: 50 })
  return { ...parsed, status: { lastTransitionTime: ago(60), ...status } }
}

const known = (judge: JudgeStatus) => ({ canaryAnalysis: { judge } })

/** What the judge asks of a canary, and what it makes of these outcomes. */
function look(of: Canary, ...outcomes: Outcome[]) {
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
  const talk = judgeFor(of).look({ canary: of, ...deps })
  const first = talk.next([])
  if (first.done) return { asked: [] as MetricCheck[], ...first.value }
  const last = talk.next(outcomes)
  if (!last.done) throw new Error('it asks again')
  return { asked: first.value, ...last.value }
}

const arms = (bad: number, all: number, primaryBad: number, primaryAll: number): Outcome => ({
  arms: [{ canary: { bad, all }, primary: { bad: primaryBad, all: primaryAll } }],
})

/** The status after these looks of a minute, one after the other. */
function after(judge: object, looks: Outcome[], metrics = [rate]): JudgeStatus {
  let status: JudgeStatus | undefined
  for (const outcome of looks) {
    const last = status && known({ ...status, lastLook: ago(60) })
    status = look(given(judge, { metrics, ...(last && { status: last }) }), outcome).verdict.judge
  }
  if (!status) throw new Error('nothing was judged')
  return status
}

const doubled = [
  ...[arms(3, 300, 28, 5700), arms(6, 600, 27, 5400), arms(9, 900, 26, 5100)],
  ...[arms(12, 1200, 24, 4800), arms(15, 1500, 22, 4500)],
]

const next = (judge: object, looks: Outcome[], outcome: Outcome) =>
  look(given(judge, { status: known({ ...after(judge, looks), lastLook: ago(60) }) }), outcome)

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
  expect(metric?.checkpoint?.split(' ')).toHaveLength(30)
  expect(metric?.canary).toEqual({ bad: expect.any(Number), all: expect.any(Number) })
})

describe('at its limit', () => {
  const judgement = (onInconclusive: string) => {
    const settings = { ...independent, onInconclusive, limit: '5m' }
    const status = {
      ...after(settings, doubled.slice(0, 1)),
      startedAt: ago(400),
      lastLook: ago(60),
    }
    return look(given(settings, { status: known(status) }), arms(1, 300, 28, 5700)).verdict
  }

  test('an undecided run waits for a person, unless told', () => {
    const { outcome, unproven, judge } = judgement('Hold')
    expect([outcome, judge?.reason]).toEqual(['passed', 'Limit'])
    expect(unproven).toMatch(/a person may promote$/)
  })

  test('it says once what was seen, and how bad it may be', () => {
    const { events, overdue } = judgement('Hold')
    const message =
      'Judge is inconclusive for podinfo.test after 5m: request-success-rate 600 canary requests, 4 failures; rate at most 2 % (95 %)'
    expect(events).toEqual([{ type: 'Warning', message }])
    expect(overdue).toBe(message)
  })

  test('it is taken back where the Canary says so', () => {
    expect(judgement('Rollback')).toMatchObject({
      final: true,
      why: 'nothing was proven within the limit',
    })
  })

  test('it is promoted where the objective is proven and nothing points to harm', () => {
    expect(judgement('Promote')).toMatchObject({ outcome: 'passed', judge: { verdict: 'Pass' } })
  })
})

test('in the shadow ranges decide, and the judge only notes', () => {
  const status = { canaryAnalysis: { runId: 1 } }
  const of = given({ ...independent, mode: 'Shadow' }, { status })
  const { asked, verdict } = look(of, { value: 50 }, arms(150, 300, 28, 5700))
  expect(asked.map(({ kind }) => kind)).toEqual(['request-success-rate', 'counts'])
  expect(verdict).toMatchObject({ outcome: 'failed', judge: { verdict: 'Fail', shadow: true } })
  expect(verdict.final).toBeUndefined()
})

test('where the status keeps no run nothing is noted, and not one question more is asked', () => {
  const { asked, verdict } = look(given({ mode: 'Shadow' }), { value: 100 })
  expect(asked.map(({ kind }) => kind)).toEqual(['request-success-rate'])
  expect(verdict.judge).toBeUndefined()
})

test('the shadow keeps since when it would have rolled back, whatever comes after', () => {
  const shadow = { ...independent, mode: 'Shadow' }
  const status = { canaryAnalysis: { runId: 1 } }
  const found = look(given(shadow, { status }), { value: 100 }, arms(150, 300, 28, 5700)).verdict
    .judge
  const at = ago(0).replace('.000Z', 'Z')
  expect(found).toMatchObject({ verdict: 'Fail', wouldRollBackAt: at })
  const earlier = { ...(found as JudgeStatus), lastLook: ago(60), wouldRollBackAt: ago(60) }
  const later = given(shadow, { status: known(earlier) })
  const { verdict } = look(later, { value: 100 }, arms(0, 300, 28, 5700))
  expect(verdict.judge?.wouldRollBackAt).toBe(ago(60))
})

test('a range that fails counts as ever, beside a judge that is content', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const of = given(independent, { metrics: [rate, gauge] })
  const { asked, verdict } = look(of, { value: 11 }, arms(1, 300, 28, 5700))
  expect(asked.map(({ metric }) => metric.name)).toEqual(['queue', 'request-success-rate'])
  expect(verdict).toMatchObject({ outcome: 'failed', by: 'queue' })
  expect(verdict.results.map(({ name }) => name)).toEqual(['request-success-rate', 'queue'])
})

test('a Canary that has nothing to judge goes by its ranges', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const { verdict } = look(given({}, { metrics: [gauge] }), { value: 1 })
  expect(verdict).toMatchObject({ outcome: 'passed' })
  expect(verdict.judge).toBeUndefined()
})

describe('the history of the primary', () => {
  /** A first look whose history is asked for, with this answer. */
  function first(judge: object, past: Outcome) {
    const of = given(judge)
    const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
    const talk = judgeFor(of).look({ canary: of, ...deps })
    const history = talk.next([])
    const counts = talk.next([past])
    const last = talk.next([arms(3, 300, 28, 5700)])
    if (history.done || counts.done || !last.done) throw new Error('it asks for something else')
    return { asked: [history.value, counts.value], judge: last.value.verdict.judge }
  }
  const dispersion = { cluster: 1.2345678, noise: 0.5 }
  const past = { from: 'Instances', dispersion, usual: 0.005, looks: 360 } as const

  test('is asked once, and what it says is kept in the status', () => {
    const { judge } = first({}, { past })
    const kept = { cluster: 1.23457, noise: 0.5, usual: 0.5, from: 'Instances' }
    expect(judge?.metrics?.[0]).toMatchObject(kept)
    const status = known({ ...(judge as JudgeStatus), lastLook: ago(60) })
    const next = look(given({}, { status }), arms(6, 600, 27, 5400))
    expect(next.asked).toHaveLength(1)
    expect(next.verdict.judge?.metrics?.[0]).toMatchObject(kept)
    expect(next.verdict.judge?.metrics?.[0]?.looks.split(' ')).toHaveLength(2)
  })

  test('gives way to what the Canary says of clusters', () => {
    const { judge } = first({ cluster: 2 }, { past })
    expect(judge?.metrics?.[0]).toMatchObject({ cluster: 2, usual: 0.5, from: 'Setting' })
  })

  test('is no condition: without an answer three failures count as one', () => {
    const { judge } = first({}, { error: 'timeout' })
    expect(judge?.metrics?.[0]).toMatchObject({ cluster: 3, from: 'Prior' })
  })

  test('shows incidents of the primary, in which the weight is held', () => {
    const { judge } = first({}, { past })
    const status = known({ ...(judge as JudgeStatus), lastLook: ago(60) })
    const { verdict } = look(given({}, { status }), arms(60, 300, 1140, 5700))
    expect(verdict).toMatchObject({ outcome: 'undecided', judge: { reason: 'Incident' } })
  })

  test('is read in steps of the interval, by what may name instances', async () => {
    const { asked } = first({}, { past })
    const question = asked[0]?.[0]?.ask()
    if (!question || 'problem' in question) throw new Error('no question')
    expect(question.query).toMatch(
      /^sum by \(pod, kubernetes_pod_name, instance\)\( \( istio_requests_total\{.*"podinfo-primary" \} offset 60s >= 0 \)/,
    )
    const step = question.talk.next({})
    const url = !step.done && 'http' in step.value ? new URL(step.value.http.url) : undefined
    expect(url?.pathname).toBe('/api/v1/query_range')
    expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({ step: '60' })
  })
})

describe('how long requests take', () => {
  const slow = { name: 'request-duration', thresholdRange: { max: 500 } }
  const both = (first: number[], second: number[]): Outcome => ({
    arms: [first, second].map(([bad = 0, all = 0, primaryBad = 0, primaryAll = 0]) => ({
      canary: { bad, all },
      primary: { bad: primaryBad, all: primaryAll },
    })),
  })
  const calm = { from: 'Instances', dispersion: { cluster: 1, noise: 0 }, looks: 360 } as const
  const bounds = [
    { boundMs: 500, past: { ...calm, usual: 0.005 } },
    { boundMs: 100, past: { ...calm, usual: 0.1 } },
  ]

  function talk(judge: object, status?: object) {
    const of = given(judge, { metrics: [slow], ...(status && { status }) })
    const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
    return judgeFor(of).look({ canary: of, ...deps })
  }

  /** The first look of a run, whose bounds are asked for. */
  function begun(judge: object, past: Outcome, ...answers: Outcome[]) {
    const looking = talk(judge)
    const questions = [looking.next([]), looking.next([past])]
    const last = questions[1]?.done ? questions[1] : looking.next(answers)
    if (!last.done) throw new Error('it asks for something else')
    return { questions, ...last.value }
  }

  const rest = [30, 300, 570, 5_700]

  test('is judged by two bounds, which one request counts at each look', () => {
    const first = begun({}, { bounds }, both([3, 300, 28, 5_700], rest)).verdict.judge
    expect(first?.metrics).toMatchObject([
      { name: 'request-duration', bound: 500, objective: 1, looks: '60:3/300,28/5700' },
      { name: 'request-duration', bound: 100, looks: '60:30/300,570/5700' },
    ])
    expect(first?.metrics?.[1]).not.toHaveProperty('objective')
    const next = talk({}, known({ ...(first as JudgeStatus), lastLook: ago(60) }))
    const asked = next.next([])
    expect(asked.done ? [] : asked.value.map(({ kind }) => kind)).toEqual(['counts'])
    const last = next.next([both([6, 600, 27, 5_400], rest)])
    const judge = last.done ? last.value.verdict.judge : undefined
    expect(judge?.metrics?.map(({ looks }) => looks.split(' ').length)).toEqual([2, 2])
    expect(judge?.startedAt).toBe(first?.startedAt)
  })

  test('takes back a version whose body is slower, though its far bound is kept', () => {
    let judge: JudgeStatus | undefined
    for (let look = 0; look < 10; look++) {
      const counts = both([1, 600, 5, 5_400], [180, 600, 540, 5_400])
      const talking = talk({}, judge && known({ ...judge, lastLook: ago(60) }))
      if (!judge) talking.next([])
      const asks = talking.next(judge ? [] : [{ bounds }])
      if (asks.done) throw new Error('nothing is counted')
      const last = talking.next([counts])
      if (!last.done) throw new Error('it asks again')
      const { verdict } = last.value
      judge = verdict.judge
      if (!verdict.final) continue
      expect(verdict.by).toBe('request-duration')
      expect(verdict.why).toMatch(
        /^request-duration is over 100ms 3\.\d times as often as the primary \(.* of \d+ against /,
      )
      return
    }
    throw new Error('it was never found')
  })

  test('has results and a share of its own, and none for the figures of its range', () => {
    const { verdict, recorded } = begun({}, { bounds }, both([3, 300, 28, 5_700], rest))
    expect(verdict.results).toEqual([
      {
        ...{ name: 'request-duration', kind: 'metric', unit: '%', ok: true },
        ...{ value: 1, max: 1, window: '1m' },
      },
    ])
    expect(recorded).toEqual([])
  })

  test('is held to the share of requests that the Canary names', () => {
    const { judge } = begun({ quantile: 0.95 }, { bounds }, both([3, 300, 28, 5_700], rest)).verdict
    expect(judge?.metrics?.[0]?.objective).toBe(5)
  })

  test('holds the weight while its bounds can’t be asked, and asks again', () => {
    const { verdict } = begun({}, { error: 'connection refused' })
    expect(verdict).toMatchObject({ outcome: 'undecided', judge: { reason: 'NoData' } })
    expect(verdict.why).toBe('the judge has no data: connection refused')
    const again = talk({}, known({ ...(verdict.judge as JudgeStatus) }))
    const asked = again.next([])
    expect(asked.done ? [] : asked.value.map(({ kind }) => kind)).toEqual(['counts'])
    const counted = again.next([{ bounds }])
    expect(counted.done).toBe(false)
  })

  test('without a histogram goes by its range, for the whole run, and says why', () => {
    const looking = talk({})
    looking.next([])
    const ranges = looking.next([{ bounds: [] }])
    if (ranges.done) throw new Error('no range is asked')
    expect(ranges.value.map(({ kind }) => kind)).toEqual(['request-duration'])
    const last = looking.next([{ value: 700 }])
    if (!last.done) throw new Error('it asks again')
    const { verdict } = last.value
    expect(verdict).toMatchObject({ outcome: 'failed', by: 'request-duration' })
    const ranged = 'the primary has no series of a classic histogram, so its range decides'
    expect(verdict.judge?.metrics).toEqual([{ name: 'request-duration', ranged, looks: '' }])
    const status = known({ ...(verdict.judge as JudgeStatus), lastLook: ago(60) })
    const next = talk({}, status).next([])
    expect(next.done ? [] : next.value.map(({ kind }) => kind)).toEqual(['request-duration'])
  })
})

describe('a metric with rules of its own', () => {
  const other = { ...own, name: 'other', thresholdRange: { max: 5 } }

  test('is judged by these, and the rest by those of the run', () => {
    const metrics = [rate, { ...other, judge: { ratio: 4, ignoreBelow: 1 } }]
    const of = given(independent, { metrics })
    const first = look(of, arms(1, 300, 28, 5_700), arms(1, 300, 28, 5_700)).verdict.judge
    expect(first?.plan).toMatchObject({ ratio: 2, ignoreBelow: 0.1 })
    expect(first?.metrics?.map(({ rules }) => rules)).toEqual([
      undefined,
      { ratio: 4, ignoreBelow: 1 },
    ])
    const status = known({ ...(first as JudgeStatus), lastLook: ago(60) })
    const again = look(
      given(independent, { metrics, status }),
      arms(1, 300, 28, 5_700),
      arms(1, 300, 28, 5_700),
    )
    expect(again.verdict.judge?.metrics?.map(({ looks }) => looks.split(' ').length)).toEqual([
      2, 2,
    ])
  })

  test('in the shadow is noted, and moves nothing', () => {
    const metrics = [rate, { ...other, judge: { mode: 'Shadow' } }]
    const of = given(independent, { metrics })
    const { verdict } = look(of, arms(1, 300, 28, 5_700), arms(150, 300, 28, 5_700))
    expect(verdict).toMatchObject({ outcome: 'passed', judge: { verdict: 'Inconclusive' } })
    expect(verdict.judge?.metrics?.[1]).toMatchObject({ name: 'other', shadow: true })
    expect(verdict.judge?.metrics?.[1]?.harm).toBeGreaterThan(100)
  })

  test('that is off is checked by its range', () => {
    const metrics = [{ ...rate, judge: { mode: 'Off' } }, other]
    const { asked } = look(given(independent, { metrics }), { value: 100 }, arms(1, 300, 28, 5_700))
    expect(asked.map(({ kind, metric }) => [kind, metric.name])).toEqual([
      ['request-success-rate', 'request-success-rate'],
      ['counts', 'other'],
    ])
  })
})

describe('a canary that is to get warm', () => {
  const warm = { ...independent, warmup: '5m' }

  test('is not looked at, and its weight stays', () => {
    const { asked, verdict } = look(given(warm))
    expect(asked).toEqual([])
    expect(verdict).toMatchObject({ outcome: 'undecided', judge: { reason: 'NeedsData' } })
    expect(verdict.why).toBe('the judge waits until the canary is warm and its first samples come')
    expect(Date.parse(verdict.judge?.lastLook ?? '')).toBe(askedAt.getTime() + 240_000)
  })

  test('is looked at from then on, whatever was written meanwhile', () => {
    const early = look(given(warm)).verdict.judge as JudgeStatus
    const status = {
      ...known({ ...early, startedAt: ago(30), lastLook: ago(30) }),
      lastTransitionTime: ago(1),
    }
    const { verdict } = look(given(warm, { status }), arms(1, 300, 28, 5_700))
    expect(verdict.judge).toMatchObject({ startedAt: ago(30).replace('.000Z', 'Z') })
    expect(verdict.judge?.metrics?.[0]?.looks).toBe('30:1/300,28/5700')
  })
})

describe('when the primary fails as well', () => {
  const past = { from: 'Instances', dispersion: { cluster: 1, noise: 0 }, usual: 0.005, looks: 360 }
  const outage = arms(60, 300, 1_140, 5_700)

  /** The third look in a row at an outage. */
  function third(judge: object) {
    const of = given({ history: '6h', ...judge })
    const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt }
    const talk = judgeFor(of).look({ canary: of, ...deps })
    talk.next([])
    talk.next([{ past } as Outcome])
    let last = talk.next([outage])
    for (let at = 0; at < 2; at++) {
      const before = last.done ? last.value.verdict.judge : undefined
      const status = known({ ...(before as JudgeStatus), lastLook: ago(60) })
      const on = given({ history: '6h', ...judge }, { status })
      const looking = judgeFor(on).look({ canary: on, ...deps })
      looking.next([])
      last = looking.next([outage])
    }
    if (!last.done) throw new Error('it asks again')
    return last.value.verdict
  }

  test('the run waits, unless told', () => {
    expect(third({})).toMatchObject({ outcome: 'undecided', judge: { reason: 'Incident' } })
  })

  test('the run goes back after three looks, where the Canary says so', () => {
    expect(third({ onIncident: 'Rollback' })).toMatchObject({
      final: true,
      why: 'request-success-rate: the primary fails 40 times as often as usual, at 3 looks in a row',
    })
  })
})

test('a proven canary may leave out the steps that remain, after three looks', () => {
  const skip = { ...independent, steps: 'Skip', limit: '6h' }
  const perfect = arms(0, 30_000, 500, 100_000)
  expect(next(skip, [perfect], perfect).verdict).toMatchObject({ judge: { verdict: 'Pass' } })
  expect(next(skip, [perfect], perfect).verdict.isEnough).toBeUndefined()
  expect(next(skip, [perfect, perfect], perfect).verdict.isEnough).toBe(true)
  const keep = { ...skip, steps: 'Keep' }
  expect(next(keep, [perfect, perfect], perfect).verdict.isEnough).toBeUndefined()
})

test('between two checks only counts are asked', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const of = given({ ...independent, interval: '15s' }, { metrics: [rate, gauge] })
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt, countsOnly: true }
  const asked = judgeFor(of)
    .look({ canary: of, ...deps })
    .next([])
  expect(asked.done ? [] : asked.value.map(({ kind }) => kind)).toEqual(['counts'])
})

test('without a judge not one question more is asked', () => {
  const of = canary([rate], {}, { interval: '1m' })
  expect(look(of, { value: 100 }).asked.map(({ kind }) => kind)).toEqual(['request-success-rate'])
})

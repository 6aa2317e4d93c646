import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../../src/canary/api.gen.ts'
import type { Outcome } from '../../../../src/metrics/asking.ts'
import { judgeFor } from '../../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../../support/find.ts'
import { askedAt } from '../builders.ts'
import { ago, given, known } from './looks.ts'

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
    const ranged =
      'the primary had no series of a classic histogram when the run began, so its range decides'
    expect(verdict.judge?.metrics).toEqual([{ name: 'request-duration', ranged, looks: '' }])
    expect(verdict.events).toContainEqual({
      type: 'Warning',
      message: `request-duration of podinfo.test is not judged in this run: ${ranged}`,
    })
    const status = known({ ...(verdict.judge as JudgeStatus), lastLook: ago(60) })
    const again = talk({}, status)
    const next = again.next([])
    expect(next.done ? [] : next.value.map(({ kind }) => kind)).toEqual(['request-duration'])
    const later = again.next([{ value: 7 }])
    expect(later.done ? later.value.verdict.events : undefined).toEqual([])
  })

  test('asks for no bounds before the canary is warm, and says what it waits for', () => {
    const { value, done } = talk({ warmup: '5m' }).next([])
    expect(done).toBe(true)
    expect(value).toMatchObject({
      verdict: {
        outcome: 'undecided',
        why: 'the judge waits until the canary is warm and its first samples come',
      },
    })
  })
})

import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../../src/canary/api.gen.ts'
import type { Outcome } from '../../../../src/metrics/asking.ts'
import { judgeFor } from '../../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../../support/find.ts'
import { askedAt } from '../builders.ts'
import { after, ago, arms, doubled, given, independent, known, look, next } from './looks.ts'

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

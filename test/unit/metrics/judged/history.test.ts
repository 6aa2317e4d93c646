import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../../src/canary/api.gen.ts'
import type { Outcome } from '../../../../src/metrics/asking.ts'
import { judgeFor } from '../../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../../support/find.ts'
import { askedAt } from '../builders.ts'
import { ago, arms, given, known, look } from './looks.ts'

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

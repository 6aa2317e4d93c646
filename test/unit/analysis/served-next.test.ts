import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { StatusChange } from '../../../src/analysis/decision.ts'
import { observation } from '../../support/observation.ts'

const autoscaler = (name: string) => ({ kind: 'HorizontalPodAutoscaler', name })
const was = { provider: 'linkerd', service: 'podinfo', autoscaler: autoscaler('before') }

/** What a look does, of an idle canary where the status does not say another phase. */
function look(status: object, more: object = { workload: { revision: 'v2:blue' } }) {
  const seen = observation({
    canary: { status: { phase: 'Initialized', lastAppliedSpec: 'v2:blue', ...status } },
    ...more,
  })
  const decision = decide(seen, {})
  if (decision.kind !== 'act') throw new Error('it asks')
  return decision
}

/** What such a look writes of what serves the canary, in order. */
function notes(status: object): Pick<StatusChange, 'servedBy' | 'servedNext'>[] {
  return look(status).effects.flatMap((effect) =>
    effect.kind === 'status' && 'servedNext' in effect.change
      ? [{ servedBy: effect.change.servedBy, servedNext: effect.change.servedNext }]
      : [],
  )
}

test('what is to serve a canary is noted before it is made, and is what serves it in the end', () => {
  const [first, last, ...more] = notes({ servedBy: was })
  expect(first?.servedBy).toBeUndefined()
  expect(first?.servedNext).toBeDefined()
  expect(last).toEqual({ servedBy: first?.servedNext?.[0], servedNext: undefined })
  expect(more).toEqual([])
})

test('what was begun before stays noted until it is gone', () => {
  const begun = { ...was, autoscaler: autoscaler('after') }
  const [first, last, ...more] = notes({ servedBy: was, servedNext: [begun] })
  expect(first?.servedNext).toEqual([begun, last?.servedBy])
  expect(last).toMatchObject({ servedNext: undefined })
  expect(more).toEqual([])
})

test('what is to serve a canary whose traffic goes back is noted before the routes are made', () => {
  const run = { phase: 'Progressing', canaryWeight: 20, servedBy: was }
  const { rule, effects } = look(run, {
    workload: { target: { state: 'missing', why: 'it is gone' } },
    routes: { primary: 80, canary: 20, mirrored: false },
  })
  expect(rule).toBe('trafficIsTakenBack')
  const [first, ...others] = effects
  expect(first).toMatchObject({ kind: 'status', change: { servedNext: expect.anything() } })
  expect(others.map(({ kind }) => kind)).toContain('route')
})

import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Effect } from '../../../src/analysis/decision.ts'
import { later } from '../../../src/analysis/effects/act.ts'
import type { RunStatus } from '../../../src/canary/api.gen.ts'
import { effectsOf, noon, observation } from '../../support/observation.ts'

const why = 'HTTPRoute checkout.shop: parent gateway has not accepted generation 4'
const pending = { state: 'pending', why } as const

/** A run at 20 %, whose next check is due. */
function atStep(run: RunStatus = {}, rest: Parameters<typeof observation>[0] = {}) {
  return observation({
    routes: { primary: 80, canary: 20, mirrored: false },
    acceptance: pending,
    ...rest,
    canary: {
      status: {
        phase: 'Progressing',
        canaryWeight: 20,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, startedAt: '2030-01-01T11:00:00Z', weight: 20, ...run },
      },
    },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
  })
}

const kindsOf = (effects: readonly Effect[]) => effects.map(({ kind }) => kind)

test('nothing is asked while the route is not in force, and what is waited for is told', () => {
  const effects = effectsOf(
    decide(atStep(), { 'hooks:rollback': { outcome: 'failed', events: [], results: [] } }),
  )

  expect(effects).toContainEqual(expect.objectContaining({ kind: 'report', message: why }))
  const status = effects.find((effect) => effect.kind === 'status')
  expect(status).toMatchObject({
    change: { canaryAnalysis: { routePendingSince: '2030-01-01T12:00:00Z', reason: why } },
  })
  expect(kindsOf(effects)).not.toContain('call')
})

test('a wait that was noted costs no further write', () => {
  const waiting = { routePendingSince: '2030-01-01T11:59:00Z', reason: why }
  const effects = effectsOf(decide(atStep(waiting), {}))

  expect(kindsOf(effects)).not.toContain('status')
})

test('once the route is in force the checks are made', () => {
  const seen = atStep(
    { routePendingSince: '2030-01-01T11:59:00Z' },
    { acceptance: { state: 'accepted' } },
  )

  expect(decide(seen, {})).toEqual({
    kind: 'check',
    check: { kind: 'metrics' },
    rule: 'metricChecks',
  })
})

test('a route that does not come into force by the deadline is rolled back, with the reason', () => {
  const since = later(noon, -600_000).toISOString()
  const effects = effectsOf(decide(atStep({ routePendingSince: since, reason: why }), {}))

  expect(effects).toContainEqual({
    kind: 'route',
    routes: { primary: 100, canary: 0, mirrored: false },
  })
  expect(effects).toContainEqual(
    expect.objectContaining({
      kind: 'alert',
      occasion: 'failed',
      message: `Rolling back, the route was not in force after 600s: ${why}`,
    }),
  )
})

test('the canary keeps its pods until the route away from it is in force', () => {
  const seen = observation({
    acceptance: pending,
    canary: {
      status: { phase: 'Finalising', lastAppliedSpec: 'v2:green', canaryAnalysis: { runId: 1 } },
    },
    workload: { revision: 'v2:green', primaryRevision: 'v2:green', targetReplicas: 2 },
  })

  expect(kindsOf(effectsOf(decide(seen, {})))).not.toContain('scale')
  const accepted = { ...seen, acceptance: { state: 'accepted' } as const }
  expect(kindsOf(effectsOf(decide(accepted, {})))).toContain('scale')
})

test('a deadline that comes before the next interval is looked at when it comes', () => {
  const waiting = { routePendingSince: '2030-01-01T11:50:30Z', reason: why }

  expect(decide(atStep(waiting), {})).toMatchObject({ wakeAt: later(noon, 30_000) })
})

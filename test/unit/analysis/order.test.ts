/** What comes first in a step: what makes something true is written before anybody is told. */
import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Effect } from '../../../src/analysis/decision.ts'
import { toCanary } from '../../../src/analysis/effects/act.ts'
import { shift } from '../../../src/analysis/routes.ts'
import { effectsOf, observation } from '../../support/observation.ts'

const told: readonly Effect['kind'][] = ['event', 'report', 'alert', 'call', 'finished']

test('what is told of a rollback comes after the route and the status that make it true', () => {
  const seen = observation({
    canary: { status: { phase: 'Progressing', failedChecks: 9, lastAppliedSpec: 'v2:green' } },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
    routes: { primary: 80, canary: 20, mirrored: false },
  })
  const kinds = effectsOf(decide(seen, {})).map(({ kind }) => kind)
  const isTold = (kind: Effect['kind']) => told.includes(kind)
  expect(kinds.indexOf('route')).toBeGreaterThanOrEqual(0)
  expect(kinds.indexOf('route')).toBeLessThan(kinds.indexOf('status'))
  expect(kinds.indexOf('status')).toBeLessThan(kinds.findIndex(isTold))
  expect(kinds).toContain('alert')
})

test('a new cookie is in the status before the route that sends it', () => {
  const seen = observation({
    canary: {
      analysis: { sessionAffinity: { cookieName: 'fc' } },
      status: { phase: 'Progressing' },
    },
  })
  expect(shift(seen, toCanary).map(({ kind }) => kind)).toEqual(['status', 'route'])
})

test('the condition of a failed promotion says that the canary serves', () => {
  const why = 'checkout-primary.shop not ready: deployment "checkout-primary" is stuck'
  const seen = observation({
    canary: { status: { phase: 'Promoting', lastAppliedSpec: 'v2:green', canaryWeight: 60 } },
    workload: {
      revision: 'v2:green',
      primaryRevision: 'v2:green',
      primary: { state: 'failed', why },
      targetReplicas: 2,
    },
    routes: { primary: 40, canary: 60, mirrored: false },
  })
  const changes = effectsOf(decide(seen, {})).flatMap((effect) =>
    effect.kind === 'status' ? (effect.change.conditions ?? []) : [],
  )
  expect(changes).toContainEqual(
    expect.objectContaining({
      type: 'Promoted',
      message: expect.stringContaining('the canary keeps the traffic'),
    }),
  )
})

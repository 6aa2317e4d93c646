import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../support/observation.ts'

const why = 'deployment checkout.shop get query error: deployments.apps "checkout" not found'
const gone = { target: { state: 'missing', why }, primary: { state: 'missing', why } } as const

test('a target that is not there yet is waited for, and said', () => {
  const seen = observation({ workload: gone })
  expect(effectsOf(decide(seen, {}))).toEqual([
    expect.objectContaining({ kind: 'report', type: 'Warning', message: why }),
  ])
})

test('a target that goes in the middle of a run takes no traffic with it', () => {
  const seen = observation({
    canary: { status: { phase: 'Progressing', canaryWeight: 20 } },
    routes: { primary: 80, canary: 20, mirrored: false },
    workload: gone,
  })
  const done = effectsOf(decide(seen, {}))
  expect(done).toContainEqual({
    kind: 'route',
    routes: { primary: 100, canary: 0, mirrored: false },
  })
  expect(done).toContainEqual(
    expect.objectContaining({
      kind: 'status',
      change: expect.objectContaining({ phase: 'Failed' }),
    }),
  )
  expect(done).toContainEqual(expect.objectContaining({ kind: 'alert', severity: 'error' }))
})

test('a deleted Canary whose target is gone is let go at once', () => {
  const seen = observation({
    canary: {
      metadata: {
        deletionTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['finalizer.flagger.app'],
      },
      spec: { revertOnDeletion: true },
      status: { phase: 'Terminating' },
    },
    workload: gone,
  })
  expect(effectsOf(decide(seen, {}))).toContainEqual({ kind: 'finalizer', present: false })
})

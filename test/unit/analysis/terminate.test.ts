import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Phase } from '../../../src/canary/api.gen.ts'
import type { Readiness } from '../../../src/workloads/workload.ts'
import { effectsOf, observation } from '../../support/observation.ts'

const deleted = (phase: Phase, more: Parameters<typeof observation>[0] = {}) =>
  observation({
    ...more,
    canary: {
      metadata: {
        deletionTimestamp: '2030-01-01T12:00:00Z',
        finalizers: ['finalizer.flagger.app'],
      },
      spec: { revertOnDeletion: true },
      status: { phase },
    },
  })

test('event hooks are told of the end in the phase that it came in', () => {
  expect(effectsOf(decide(deleted('Succeeded'), {}))).toContainEqual({
    kind: 'event',
    type: 'Normal',
    message: 'Terminating canary checkout.shop',
    phase: 'Succeeded',
  })
})

test('a target that does not get ready holds the end up, and says why', () => {
  const why = 'canary deployment checkout.shop not ready: waiting'
  const target = { state: 'waiting', why } as const
  const seen = deleted('Terminating', { workload: { target, targetReplicas: 2 } })
  const decision = decide(seen, {})
  expect(effectsOf(decision)).toContainEqual(
    expect.objectContaining({ kind: 'report', message: why }),
  )
  expect(effectsOf(decision)).not.toContainEqual({ kind: 'finalizer', present: false })
  expect(decision).toMatchObject({ wakeAt: new Date(seen.now.getTime() + 60_000) })
})

test('a canary whose first copy never served is let go, though its target serves no better', () => {
  const waiting = { state: 'waiting', why: 'not ready' } as const
  const end = (lastPromotedSpec: string | undefined, primary: Readiness) => {
    const seen = deleted('Terminating', {
      workload: { target: waiting, primary, targetReplicas: 2 },
    })
    const status = { ...seen.canary.status, lastPromotedSpec }
    const untouched = { ...seen, canary: { ...seen.canary, status } } as typeof seen
    return effectsOf(decide(untouched, {})).some(({ kind }) => kind === 'finalizer')
  }
  expect(end(undefined, waiting)).toBe(true)
  expect(end(undefined, { state: 'ready' })).toBe(false)
  expect(end('v2:1', waiting)).toBe(false)
})

test.each([
  ['is suspended', { suspend: true }],
  ['has problems', {}],
])('a canary that %s is let go all the same', (_what, spec) => {
  const seen = deleted('Terminating', { workload: { targetReplicas: 2 }, problems: ['wrong'] })
  const { canary } = seen
  const suspended = { ...seen, canary: { ...canary, suspended: 'suspend' in spec } }
  const kinds = effectsOf(decide(suspended, {})).map(({ kind }) => kind)
  expect(kinds).toContain('restore')
  expect(kinds).toContain('finalizer')
  expect(kinds).not.toContain('route')
})

test('without the wish to be reverted nothing is done at the end', () => {
  const seen = observation({
    canary: { metadata: { deletionTimestamp: '2030-01-01T12:00:00Z', finalizers: ['other'] } },
  })
  expect(effectsOf(decide(seen, {}))).toEqual([])
})

test.each([
  [true, [], true],
  [false, ['finalizer.flagger.app'], false],
])('the finalizer follows revertOnDeletion: %s', (revertOnDeletion, finalizers, present) => {
  const seen = observation({ canary: { spec: { revertOnDeletion }, metadata: { finalizers } } })
  expect(effectsOf(decide(seen, {}))).toEqual([{ kind: 'finalizer', present }])
})

test('what served the canary before it named another provider is handed back as well', () => {
  const restored = (provider: string) => {
    const seen = deleted('Terminating', { workload: { targetReplicas: 2 } })
    const status = { ...seen.canary.status, servedBy: { provider } }
    const effects = effectsOf(decide({ ...seen, canary: { ...seen.canary, status } }, {}))
    return effects.flatMap((effect) => (effect.kind === 'restore' ? [effect.what] : []))
  }
  expect(restored('istio')).toEqual(['workload', 'routes'])
  expect(restored('traefik')).toEqual(['workload', 'routes', 'former'])
})

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

test('copies of requests do not go on to a target that is gone', () => {
  const seen = observation({
    canary: { status: { phase: 'Progressing' } },
    routes: { primary: 100, canary: 0, mirrored: true },
    workload: gone,
  })
  expect(effectsOf(decide(seen, {}))).toContainEqual({
    kind: 'route',
    routes: { primary: 100, canary: 0, mirrored: false },
  })
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

const asked = (verb: string, value = 'true') => ({ [`flagger.app/${verb}`]: value })
const answerIn = (decided: ReturnType<typeof decide>, verb: string) =>
  effectsOf(decided).flatMap((effect) =>
    effect.kind === 'status' && effect.change.requests?.[verb]
      ? [effect.change.requests[verb]]
      : [],
  )[0]

test.each([
  ['Progressing', 0],
  ['Progressing', 20],
  ['WaitingPromotion', 20],
  ['Waiting', 0],
] as const)('a run in %s at %i without a target can be aborted', (phase, weight) => {
  const seen = observation({
    canary: { status: { phase, canaryWeight: weight }, annotations: asked('abort', '{"id":"a"}') },
    routes: { primary: 100 - weight, canary: weight, mirrored: false },
    workload: gone,
  })
  const decided = decide(seen, {})
  expect(answerIn(decided, 'abort')).toMatchObject({ id: 'a', result: 'done' })
  expect(effectsOf(decided)).toContainEqual(
    expect.objectContaining({
      kind: 'status',
      change: expect.objectContaining({ phase: 'Failed', handledRequestIds: ['a'] }),
    }),
  )
  expect(effectsOf(decided)).toContainEqual({
    kind: 'clear-requests',
    annotations: ['flagger.app/abort'],
  })
})

test.each(['restart', 'reset'])('a %s without a target is refused with the reason', (verb) => {
  const seen = observation({ canary: { annotations: asked(verb) }, workload: gone })
  expect(answerIn(decide(seen, {}), verb)).toMatchObject({
    result: 'rejected',
    message: `there is no target: ${why}`,
  })
})

test.each(['missing', 'waiting', 'failed'] as const)(
  'a restart in a run whose primary is %s is refused, and leads nobody there',
  (state) => {
    const seen = observation({
      canary: {
        status: { phase: 'Progressing', canaryWeight: 20 },
        annotations: asked('restart'),
      },
      routes: { primary: 80, canary: 20, mirrored: false },
      workload: { primary: { state, why: 'checkout-primary.shop not ready' } },
    })
    const decided = decide(seen, {})
    expect(answerIn(decided, 'restart')).toMatchObject({
      result: 'rejected',
      message: 'checkout-primary.shop not ready',
    })
    const led = effectsOf(decided).flatMap((effect) =>
      effect.kind === 'route' ? [effect.routes] : [],
    )
    expect(led.filter(({ canary }) => canary !== 20)).toEqual([])
  },
)

test('a pause without a target is in force', () => {
  const seen = observation({ canary: { annotations: asked('pause') }, workload: gone })
  expect(answerIn(decide(seen, {}), 'pause')).toMatchObject({ result: 'accepted' })
})

test.each(['abort', 'promote', 'reset'])(
  'a %s of a canary that makes no sense is refused with what is wrong',
  (verb) => {
    const problem = 'canary checkout.shop: spec.analysis.threshold is a list'
    const status = { phase: 'Progressing', canaryWeight: 20 } as const
    const seen = observation({
      canary: { status, annotations: { ...asked(verb), ...asked('pause') } },
      problems: [problem],
    })
    const decided = decide(seen, {})
    expect(answerIn(decided, verb)).toMatchObject({
      result: 'rejected',
      message: `the canary must be corrected first: ${problem}`,
    })
    expect(effectsOf(decided).map(({ kind }) => kind)).not.toContain('route')
    expect(effectsOf(decided)).toContainEqual({
      kind: 'clear-requests',
      annotations: [`flagger.app/${verb}`],
    })
  },
)

test('a run that ends for want of its target uses up a skip that was meant for it', () => {
  const decided = decide(
    observation({
      canary: {
        annotations: asked('skip-analysis'),
        status: {
          phase: 'Progressing',
          canaryWeight: 20,
          requests: { 'skip-analysis': { result: 'accepted', at: '2030-01-01T11:59:00Z' } },
        },
      },
      routes: { primary: 80, canary: 20, mirrored: false },
      workload: gone,
    }),
    {},
  )
  expect(answerIn(decided, 'skip-analysis')).toMatchObject({ result: 'done' })
  expect(effectsOf(decided)).toContainEqual({
    kind: 'clear-requests',
    annotations: ['flagger.app/skip-analysis'],
  })
})

test('a target that goes after the copy leaves promoted what was copied', () => {
  const decided = decide(
    observation({
      canary: {
        status: {
          phase: 'Promoting',
          canaryWeight: 60,
          lastAppliedSpec: 'v2:green',
          trackedConfigs: { 'configmap/env': 'new' },
        },
      },
      routes: { primary: 40, canary: 60, mirrored: false },
      workload: { ...gone, revision: 'v2:green' },
    }),
    {},
  )
  // Else the version before would pass for promoted when it comes back, and never get there.
  expect(effectsOf(decided)).toContainEqual(
    expect.objectContaining({
      kind: 'status',
      change: expect.objectContaining({
        phase: 'Failed',
        lastPromotedSpec: 'v2:green',
        promotedConfigs: { 'configmap/env': 'new' },
      }),
    }),
  )
})

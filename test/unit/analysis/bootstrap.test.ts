import { describe, expect, test } from 'vitest'
import { isChanged } from '../../../src/analysis/change.ts'
import { decide } from '../../../src/analysis/decide.ts'
import {
  effectsOf,
  fails,
  meshAbilities,
  type ObservationOverrides,
  observation,
  passes,
} from '../../support/observation.ts'

const status = { phase: 'Initializing', lastAppliedSpec: '', lastPromotedSpec: '' } as const

/** What a step does to the cluster, in order. */
function deeds(effects: ReturnType<typeof effectsOf>): string[] {
  return effects
    .filter(({ kind }) => !['event', 'report', 'alert', 'status'].includes(kind))
    .map((effect) => (effect.kind === 'services' ? `services ${effect.which}` : effect.kind))
}

test('before the primary serves, nothing that users depend on is touched', () => {
  const seen = observation({
    canary: { status },
    workload: { primary: { state: 'waiting', why: 'checkout-primary.shop not ready' } },
  })
  expect(deeds(effectsOf(decide(seen, {})))).toEqual(['services pods', 'initialize'])
})

test('a mesh that pods join when they start comes before them, and leaves everybody with the target', () => {
  const waiting = { state: 'waiting', why: 'checkout-primary.shop not ready' } as const
  const workload = { primary: waiting }
  const abilities = { ...meshAbilities, comesBeforePods: true }
  const seen = observation({ canary: { status }, workload })
  const effects = effectsOf(decide({ ...seen, abilities, routes: undefined }, {}))
  expect(deeds(effects)).toEqual(['services pods', 'route', 'initialize'])
  expect(effects).toContainEqual({
    kind: 'route',
    routes: { primary: 0, canary: 100, mirrored: false, everybody: true },
  })
  expect(deeds(effectsOf(decide({ ...seen, abilities }, {})))).toEqual([
    'services pods',
    'initialize',
  ])
})

test('once it serves, users are led to it before the target is scaled down', () => {
  const seen = observation({ canary: { status } })
  expect(deeds(effectsOf(decide(seen, { providers: passes })))).toEqual([
    'services pods',
    'initialize',
    'autoscaler',
    'hold-autoscaler',
    'services apex',
    'route',
    'scale',
  ])
})

test('a metric provider that can not be reached is told, and holds nothing up', () => {
  const message = 'Error checking metric providers: prometheus not avaiable: refused'
  const verdict = { ...fails, events: [{ type: 'Warning' as const, message }] }
  const effects = effectsOf(decide(observation({ canary: { status } }), { providers: verdict }))
  expect(effects).toContainEqual({
    kind: 'event',
    type: 'Warning',
    message,
    phase: 'Initializing',
  })
  expect(effects).toContainEqual(
    expect.objectContaining({
      kind: 'status',
      change: expect.objectContaining({ phase: 'Initialized' }),
    }),
  )
})

test('providers are not asked where the analysis is skipped', () => {
  const skipped = observation({ canary: { status, spec: { skipAnalysis: true } } })
  expect(decide(skipped, {}).kind).toBe('act')
})

test('the status of an idle canary is not written again and again', () => {
  const effects = effectsOf(decide(observation(), {}))
  expect(effects.map(({ kind }) => kind)).toEqual([
    'services',
    'initialize',
    'autoscaler',
    'services',
    'route',
  ])
})

test('a primary that was just made is said to be waited for, whatever the next look sees', () => {
  const seen = observation({
    canary: { status: { phase: 'Initializing' } },
    workload: { primary: { state: 'missing', why: 'not found', onceMade: 'not ready yet' } },
  })
  expect(effectsOf(decide(seen, {})).at(-1)).toMatchObject({
    kind: 'report',
    message: 'not ready yet',
    phase: 'Initializing',
  })
})

describe('a first copy that is not ready, of a target that changed since', () => {
  const failed = { state: 'failed', why: 'checkout-primary.shop not ready' } as const
  const initializing = (workload: ObservationOverrides['workload']) =>
    observation({ routes: undefined, canary: { status }, workload: { ...workload } })

  test.each(['failed', 'waiting'] as const)('is made anew while it is %s, and told', (state) => {
    const primary = { ...failed, state }
    const decision = decide(initializing({ primary, copyIsBehind: true, promoted: false }), {})
    expect(decision.rule).toBe('copyIsMadeAnew')
    expect(deeds(effectsOf(decision))).toEqual(['services pods', 'initialize', 'promote'])
    expect(effectsOf(decision)).toContainEqual({
      kind: 'event',
      type: 'Normal',
      message: 'checkout.shop changed before checkout-primary.shop was ready: copied again',
      phase: 'Initializing',
    })
  })

  test('stays where it is no first copy, or of what the target is', () => {
    const decision = decide(initializing({ primary: failed, promoted: false }), {})
    expect(decision.rule).toBe('primaryMustBeReady')
  })

  test('that became ready after all is what users get, and the change is rolled out', () => {
    const workload = { copyIsBehind: true, promoted: false, revision: 'v2:green' }
    const seen = initializing(workload)
    const effects = effectsOf(decide(seen, { providers: passes }))
    expect(statusOf(effects)).toMatchObject({ lastPromotedSpec: 'v2:blue' })
  })

  test('that became ready with another configuration does not pass for having the present one', () => {
    const configs = { 'configmap/checkout': '2' }
    const initialized = (promoted: boolean) => {
      const workload = { copyIsBehind: true, promoted, configs }
      const seen = initializing(workload)
      return statusOf(effectsOf(decide(seen, { providers: passes })))
    }
    const none = { trackedConfigs: {}, promotedConfigs: {} }
    expect(initialized(false)).toMatchObject(none)
    const changed = observation({
      canary: { status: { ...none, lastAppliedSpec: 'v2:blue', lastPromotedSpec: 'v2:blue' } },
      workload: { configs },
    })
    expect(isChanged(changed)).toBe(true)
    expect(initialized(true)).toMatchObject({ trackedConfigs: configs, promotedConfigs: configs })
  })
})

/** What the status becomes. */
function statusOf(effects: ReturnType<typeof effectsOf>): object {
  const changes = effects.map((effect) => (effect.kind === 'status' ? effect.change : {}))
  return Object.assign({}, ...changes)
}

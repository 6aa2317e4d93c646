import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, fails, meshAbilities, observation, passes } from '../../support/observation.ts'

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

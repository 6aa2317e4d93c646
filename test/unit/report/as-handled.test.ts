import { expect, test } from 'vitest'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import { asHandled } from '../../../src/report/as-handled.ts'
import { canaryObject } from '../../support/canary-object.ts'

function read(spec: object, controllerSettings?: unknown) {
  const status = {
    phase: 'Progressing',
    ...(controllerSettings !== undefined && { controllerSettings }),
  }
  const stored = canaryObject({ spec: { provider: undefined, ...spec } as never })
  return asHandled({ ...stored, status } as unknown as CanaryResource)
}

test('the provider is what the controller says where the spec names none', () => {
  const { canary, assumption } = read({}, { provider: 'nginx' })
  expect(canary.provider).toBe('nginx')
  expect(assumption).toBeUndefined()
})

test('the spec counts before the flag of the controller', () => {
  const { canary, assumption } = read({ provider: 'skipper' }, { provider: 'nginx' })
  expect(canary.provider).toBe('skipper')
  expect(assumption).toBeUndefined()
})

test('a provider that nobody names is assumed, and it is said from what', () => {
  expect(read({})).toMatchObject({
    canary: { provider: 'istio' },
    assumption: 'it is the default of -mesh-provider',
  })
  expect(read({ ingressRef: { kind: 'Ingress', name: 'x' } })).toMatchObject({
    canary: { provider: 'nginx' },
    assumption: 'spec.ingressRef is set',
  })
})

test('the interval is not shorter than the controller makes it', () => {
  expect(read({}, { minimumInterval: '6s' }).canary.analysis.intervalMs).toBe(60_000)
  const quick = { analysis: { interval: '1s', stepWeight: 5 } }
  expect(read(quick, { minimumInterval: '6s' }).canary.analysis.intervalMs).toBe(6_000)
  expect(read(quick).canary.analysis.intervalMs).toBe(10_000)
})

test('settings of a wrong type are none', () => {
  for (const nonsense of ['nginx', 3, [], { provider: 7 }, { minimumInterval: {} }, null])
    expect(read({}, nonsense)).toMatchObject({ canary: { provider: 'istio' }, settings: {} })
})

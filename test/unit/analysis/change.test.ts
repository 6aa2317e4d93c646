import { expect, test } from 'vitest'
import { isBackAtPromoted, isChanged } from '../../../src/analysis/change.ts'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, observation } from '../../support/observation.ts'

const one = { 'configmap/a': 'one' }
const two = { 'configmap/a': 'two' }

/** `blue` with configuration one is promoted; `green` with configuration two was tried last. */
const status = {
  phase: 'Failed',
  lastPromotedSpec: 'v2:blue',
  promotedConfigs: one,
  lastAppliedSpec: 'v2:green',
  trackedConfigs: two,
} as const

test.each([
  ['what is promoted', 'v2:blue', one, false],
  ['what was tried', 'v2:green', two, false],
  ['another revision', 'v2:red', two, true],
  ['the promoted revision with the configuration that was tried', 'v2:blue', two, true],
  ['the revision that was tried with the promoted configuration', 'v2:green', one, true],
  ['a configuration more', 'v2:green', { ...two, 'secret/b': 'new' }, true],
  ['no configuration', 'v2:green', {}, true],
])('%s: a change or not', (_what, revision, configs, want) => {
  const seen = observation({ canary: { status }, workload: { revision, configs } })
  expect(isChanged(seen)).toBe(want)
})

test('without tracking only the revision counts', () => {
  const seen = observation({
    canary: { status },
    workload: { revision: 'v2:blue', configs: undefined },
  })
  expect(isBackAtPromoted(seen)).toBe(true)
  expect(isChanged(seen)).toBe(false)
})

test('where the status does not say which configuration is promoted, the primary does', () => {
  const { promotedConfigs: _, ...pruned } = status
  const workload = { revision: 'v2:blue', configs: two }
  const where = (promoted: boolean) =>
    observation({ canary: { status: pruned }, workload: { ...workload, promoted } })
  expect(isBackAtPromoted(where(true))).toBe(true)
  expect(isBackAtPromoted(where(false))).toBe(false)
})

test('a configuration that changes during a run gets pods that have read it', () => {
  const seen = observation({
    canary: { status: { ...status, phase: 'Progressing' } },
    routes: { primary: 80, canary: 20, mirrored: false },
    workload: { revision: 'v2:green', configs: one, targetReplicas: 2 },
  })
  const kinds = effectsOf(decide(seen, {})).map((effect) =>
    effect.kind === 'scale' ? `scale to ${effect.to}` : effect.kind,
  )
  expect(kinds.indexOf('scale to zero')).toBeGreaterThan(kinds.indexOf('route'))
})

test('another revision rolls its pods by itself', () => {
  const seen = observation({
    canary: { status: { ...status, phase: 'Progressing' } },
    routes: { primary: 80, canary: 20, mirrored: false },
    workload: { revision: 'v2:red', configs: two, targetReplicas: 2 },
  })
  expect(effectsOf(decide(seen, {}))).not.toContainEqual({ kind: 'scale', to: 'zero' })
})

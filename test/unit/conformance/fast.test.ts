import { expect, test } from 'vitest'
import { hurried, hurriedSleep } from '../../conformance/fast.ts'
import type { Scenario } from '../../conformance/recording.ts'

const canary = (interval: string) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'web' },
  spec: { analysis: { interval, threshold: 2, metrics: [{ name: 'latency', interval: '1m' }] } },
})

test('a hurried scenario has an analysis interval of a second, and nothing else changes', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }
  const suspend = { patch: { kind: 'Canary', name: 'web', body: { spec: { suspend: true } } } }
  const scenario: Scenario = {
    name: 'web',
    provider: 'istio',
    objects: [config, canary('10s')],
    steps: [{ apply: canary('30s') }, suspend, { phase: 'Succeeded' }],
  }

  expect(hurried(scenario)).toEqual({
    ...scenario,
    objects: [config, canary('1s')],
    steps: [{ apply: canary('1s') }, suspend, { phase: 'Succeeded' }],
  })
})

test('a hurried sleep is still longer than a tick', () => {
  expect(hurriedSleep(12)).toBe(3)
  expect(hurriedSleep(1)).toBeGreaterThan(1)
})

import { expect, test } from 'vitest'
import { hurried } from '../../conformance/fast.ts'
import type { Scenario, Step } from '../../conformance/recording.ts'

const canary = (interval: string) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'web' },
  spec: { analysis: { interval, threshold: 2, metrics: [{ name: 'latency', interval: '1m' }] } },
})

const scenario = (interval: string, steps: Step[]): Scenario => ({
  name: 'web',
  provider: 'istio',
  objects: [canary(interval)],
  steps,
})

test('a hurried scenario has an analysis interval of a second, and nothing else changes', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }
  const suspend = { patch: { kind: 'Canary', name: 'web', body: { spec: { suspend: true } } } }
  const before: Scenario = {
    name: 'web',
    provider: 'istio',
    objects: [config, canary('10s')],
    steps: [{ apply: canary('30s') }, suspend, { phase: 'Succeeded' }],
  }

  expect(hurried(before)).toEqual({
    ...before,
    objects: [config, canary('1s')],
    steps: [{ apply: canary('1s') }, suspend, { phase: 'Succeeded' }],
  })
})

test('a sleep of less than an interval shrinks by the same factor', () => {
  expect(hurried(scenario('10s', [{ sleep: 5 }]))).toEqual(scenario('1s', [{ sleep: 0.5 }]))
})

test('a sleep that counts checks ends after as many changes, or when there are none', () => {
  expect(hurried(scenario('10s', [{ sleep: 25 }]))).toEqual(
    scenario('2s', [{ sleep: 8, changes: 2 }]),
  )
})

test('where a scenario acts between two checks there is time for it', () => {
  const steps: Step[] = [{ event: 'iteration 1/4' }, { image: 'web:2' }]
  expect(hurried(scenario('10s', steps))).toEqual(scenario('4s', steps))
})

import { expect, test } from 'vitest'
import { isRoutine } from '../../../src/scalers/news.ts'
import { deployment } from '../workloads/builders.ts'
import { hpa, scaledObject } from './builders.ts'

const later = { resourceVersion: '2', generation: 2 }

test('an autoscaler that says how it stands wakes nobody', () => {
  const stands = { ...hpa({}, later), status: { currentReplicas: 3 } }
  expect(isRoutine(stands, hpa())).toBe(true)
  const active = { ...scaledObject({}, later), status: { hpaName: 'keda-hpa-podinfo' } }
  expect(isRoutine(active, scaledObject())).toBe(true)
})

test('a budget that says how it stands wakes nobody, and one that is edited does', () => {
  const budget = (resourceVersion: string, of: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'podinfo', namespace: 'test', resourceVersion },
    ...of,
  })
  const before = budget('1', { spec: { minAvailable: 1 }, status: { disruptionsAllowed: 1 } })
  const stands = budget('2', { spec: { minAvailable: 1 }, status: { disruptionsAllowed: 0 } })
  expect(isRoutine(stands, before)).toBe(true)
  expect(isRoutine(budget('2', { spec: { minAvailable: 2 } }), before)).toBe(false)
})

test('an edit does, and so does every change of another kind', () => {
  expect(isRoutine(hpa({ maxReplicas: 9 }), hpa())).toBe(false)
  expect(isRoutine(hpa({}, { annotations: { a: 'b' } }), hpa())).toBe(false)
  expect(isRoutine(hpa({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), hpa())).toBe(false)
  expect(isRoutine(deployment({ status: {} }), deployment())).toBe(false)
})

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

test('an edit does, and so does every change of another kind', () => {
  expect(isRoutine(hpa({ maxReplicas: 9 }), hpa())).toBe(false)
  expect(isRoutine(hpa({}, { annotations: { a: 'b' } }), hpa())).toBe(false)
  expect(isRoutine(hpa({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), hpa())).toBe(false)
  expect(isRoutine(deployment({ status: {} }), deployment())).toBe(false)
})

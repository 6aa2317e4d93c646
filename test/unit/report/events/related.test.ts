import { expect, test } from 'vitest'
import type { CanaryResource } from '../../../../src/canary/api.gen.ts'
import { handledCanary } from '../../../../src/report/as-handled.ts'
import { concerns } from '../../../../src/report/events/related.ts'
import { canaryObject } from '../../../support/canary-object.ts'

const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'web' }
const canary = handledCanary(canaryObject({ spec: { autoscalerRef } }) as CanaryResource)
const about = (kind: string, name: string, namespace = 'test') => ({ kind, name, namespace })

test.each([
  about('Deployment', 'podinfo'),
  about('Deployment', 'podinfo-primary'),
  about('ReplicaSet', 'podinfo-5f6c8d9b7d'),
  about('ReplicaSet', 'podinfo-primary-5f6c8d9b7d'),
  about('Pod', 'podinfo-primary-5f6c8d9b7d-2xk9p'),
  about('Pod', 'podinfo-5f6c8d9b7d-2xk9p'),
  about('Pod', 'podinfo-2xk9p'),
  about('Service', 'podinfo-canary'),
  about('VirtualService', 'podinfo'),
  about('HorizontalPodAutoscaler', 'web-primary'),
])('$kind $name is a part of the canary', (topic) => {
  expect(concerns(topic, canary, true)).toBe(true)
  expect(concerns(topic, canary, false)).toBe(false)
})

test.each([
  about('Canary', 'other'),
  about('Canary', 'podinfo', 'prod'),
  about('Deployment', 'podinfo-redis'),
  about('ReplicaSet', 'podinfo-redis-5f6c8d9b7d'),
  about('Pod', 'podinfo-redis-5f6c8d9b7d-2xk9p'),
  about('Pod', 'podinfo-5f6c8d9b7d-2xk9p', 'prod'),
])('$kind $name of $namespace is none', (topic) => {
  expect(concerns(topic, canary, true)).toBe(false)
})

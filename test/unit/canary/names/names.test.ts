import { expect, test } from 'vitest'
import {
  label,
  leadsToPods,
  primaryWorkloadName,
  serviceNames,
} from '../../../../src/canary/names/names.ts'

const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' } as const

test('services are named after the target', () => {
  const names = { apex: 'podinfo', primary: 'podinfo-primary', canary: 'podinfo-canary' }
  expect(serviceNames({ targetRef })).toEqual(names)
  expect(serviceNames({ targetRef, service: { port: 80, name: '' } })).toEqual(names)
})

test('services are named after the service where it has a name', () => {
  expect(serviceNames({ targetRef, service: { port: 80, name: 'shop' } })).toEqual({
    apex: 'shop',
    primary: 'shop-primary',
    canary: 'shop-canary',
  })
})

test('the primary workload is named after the target, whatever the service is called', () => {
  expect(primaryWorkloadName({ targetRef })).toBe('podinfo-primary')
})

test('a label joins name and namespace', () => {
  expect(label({ name: 'podinfo', namespace: 'test' })).toBe('podinfo.test')
})

test('users call a target that leads to pods of others itself, and no other', () => {
  const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'a' } as const
  expect(leadsToPods({ targetRef: knative })).toBe(true)
  expect(leadsToPods({ targetRef: { apiVersion: 'v1', kind: 'Service', name: 'a' } })).toBe(true)
  expect(leadsToPods({ targetRef })).toBe(false)
})

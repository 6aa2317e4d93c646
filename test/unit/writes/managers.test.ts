import { expect, test } from 'vitest'
import type { KubeObject, ManagedField } from '../../../src/objects.ts'
import { contestedText, otherManager } from '../../../src/writes/managers.ts'

const us = 'canary-controller'

function managed(...managedFields: ManagedField[]): KubeObject {
  const metadata = { name: 'web', namespace: 'shop', managedFields }
  return { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService', metadata }
}

const of = (manager: string, fieldsV1: object, time = '2026-01-01T00:00:00Z') => {
  return { manager, operation: 'Update', time, fieldsV1 }
}

test('the manager of a field is found by its path, and we are not one', () => {
  const field = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:example.com/note': {} } } }
  const object = managed(of(us, field), of('rancher', field), of('helm', { 'f:spec': {} }))
  expect(otherManager(object, ['metadata', 'annotations', 'example.com/note'])).toBe('rancher')
  expect(otherManager(object, ['metadata', 'annotations', 'other'])).toBeUndefined()
})

test('a list or map that is owned as a whole belongs to its owner in all of its parts', () => {
  const object = managed(of('argocd', { 'f:spec': { 'f:http': {} } }))
  expect(otherManager(object, ['spec', 'http', 0, 'timeout'])).toBe('argocd')
  expect(otherManager(object, ['spec', 'hosts'])).toBeUndefined()
})

test('of several the last one is named', () => {
  const field = { 'f:spec': { 'f:http': {} } }
  const object = managed(of('old', field), of('new', field, '2026-01-02T00:00:00Z'))
  expect(otherManager(object, ['spec', 'http'])).toBe('new')
})

test('a contested field is told with both values, its manager and what happens', () => {
  const field = { path: ['spec', 'http', 0, 'timeout'], found: '5s', wanted: '10s' }
  expect(contestedText(managed(), field, { manager: 'argocd', isCritical: false })).toBe(
    'VirtualService web.shop: spec.http[0].timeout is contested: argocd sets it to "5s" each time ' +
      'it is set to "10s"; it is left to argocd. Let only one of the two write it',
  )
  expect(contestedText(managed(), field, { manager: undefined, isCritical: true })).toMatch(
    /an admission webhook, .* the canary is held where it is, and the field is set once a minute/,
  )
})

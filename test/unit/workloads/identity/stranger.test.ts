import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { strangerAtPrimary } from '../../../../src/workloads/identity/stranger.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'

const canary = parsedCanary({})
const facts = {
  selectorKey: 'app',
  targetLabels: { app: 'web' },
  primaryLabels: { app: 'web-primary' },
  discoveredPorts: [],
}

function found(metadata: object, selected: string): { object: KubeObject; value: string } {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-primary', namespace: 'shop', ...metadata },
    spec: { selector: { matchLabels: { app: selected } } },
  }
  return { object, value: selected }
}

function said(metadata: object, selected: string): string | undefined {
  const { object, value } = found(metadata, selected)
  return strangerAtPrimary(canary, object, { ...facts, primaryLabels: { app: value } })
}

const owner = { apiVersion: 'example.com/v1', name: 'shop', uid: '1' }

test('a Deployment of that name that another object owns is not taken for the primary', () => {
  expect(said({ ownerReferences: [{ ...owner, kind: 'Release' }] }, 'web-primary')).toMatch(
    /^deployment web-primary has the name of its primary and belongs to release shop; rename it, or give it the label app\.kubernetes\.io\/managed-by=flagger/,
  )
})

test('one that selects pods that no copy of the target has is not taken for the primary', () => {
  expect(said({}, 'reports')).toMatch(
    /and selects its pods by app=reports, and no copy of the target does; rename it/,
  )
})

test('what a canary owns, or what says that it was made for one, is the primary whatever it selects', () => {
  expect(said({ ownerReferences: [{ ...owner, kind: 'Canary' }] }, 'old-primary')).toBeUndefined()
  expect(said({ labels: { 'app.kubernetes.io/managed-by': 'flagger' } }, 'old')).toBeUndefined()
})

test('what nobody owns is the primary where it selects as a copy of the target does', () => {
  expect(said({}, 'web-primary')).toBeUndefined()
  expect(strangerAtPrimary(canary, undefined, facts)).toBeUndefined()
})

import { expect, test } from 'vitest'
import { leadingNowhere, serviceBeside } from '../../../../src/routers/services/beside.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'

const service = (name: string, selector?: Record<string, string>) =>
  serviceBeside({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'test', labels: { long: 'x' } },
    spec: { ...(selector && { selector }) },
  })

function said(one: ReturnType<typeof service>, governing?: string) {
  const { canary, facts } = contextOf({ provider: 'kubernetes' })
  const podLabels = { app: 'podinfo', tier: 'web' }
  return leadingNowhere(canary, facts, { podLabels, services: [one], governing })
}

test('a Service beside those of the canary that selects the resting pods is told with the remedy', () => {
  expect(said(service('metrics', { app: 'podinfo', tier: 'web' }))).toEqual([
    'Service metrics selects the pods of podinfo, which rests while no run is on: then it leads ' +
      'nowhere; let it select those of podinfo-primary by app=podinfo-primary, or let its users ' +
      'call podinfo',
  ])
})

test('a Service that finds other pods, or the primary’s too, is left alone', () => {
  expect(said(service('podinfo', { app: 'podinfo' }))).toEqual([])
  expect(said(service('podinfo-canary', { app: 'podinfo' }))).toEqual([])
  expect(said(service('all', { tier: 'web' }))).toEqual([])
  expect(said(service('narrow', { app: 'podinfo', tier: 'db' }))).toEqual([])
  expect(said(service('stable', { app: 'podinfo-primary' }))).toEqual([])
  expect(said(service('by-hand'))).toEqual([])
})

test('the Service after which the pods of the target have their names is nobody’s to call', () => {
  const governing = service('podinfo-pods', { app: 'podinfo' })
  expect(said(governing, 'podinfo-pods')).toEqual([])
  expect(said(governing)).toHaveLength(1)
})

test('little is held of a Service', () => {
  expect(service('web', { app: 'x' })).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'test' },
    spec: { selector: { app: 'x' } },
  })
})

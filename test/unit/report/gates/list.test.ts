import { expect, test } from 'vitest'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { gateService, gatesOf, loadTesterPath } from '../../../../src/report/gates/list.ts'
import { before, canary } from '../../commands/builders.ts'

const webhooks = [
  { name: 'start', type: 'confirm-rollout', url: 'http://flagger-loadtester.test/gate/check' },
  { name: 'load', type: 'rollout', url: 'http://flagger-loadtester.test/' },
  { name: 'approval', type: 'confirm-promotion', url: '' },
  { name: 'emergency', type: 'rollback', url: 'https://me:secret@ops.example/cb?token=x' },
]
const gate = { type: 'confirm-promotion', name: 'approval', since: before(60) } as const
const status: CanaryStatus = {
  phase: 'WaitingPromotion',
  controller: 'canary-controller/v0.4.0',
  canaryAnalysis: {
    runId: 1,
    gate,
    checks: [
      { name: 'start', kind: 'webhook', ok: true, failed: 0 },
      { name: 'emergency', kind: 'webhook', ok: false, failed: 0 },
    ],
  },
}

test('gates are listed with what is known of them, and without what opens them', () => {
  const { gates } = gatesOf(canary({ status, analysis: { webhooks } }))
  expect(gates).toMatchObject([
    { name: 'start', open: true, answeredBy: 'service', isWaitedFor: false },
    { name: 'approval', open: false, answeredBy: 'annotation', isWaitedFor: true, url: null },
    { name: 'emergency', open: false, answeredBy: 'external', url: 'https://ops.example/cb' },
  ])
})

test('an annotation is what counts, but for Flagger, which reads none', () => {
  const annotations = { 'flagger.app/gate.start': 'closed' }
  const [own] = gatesOf(canary({ status, annotations, analysis: { webhooks } })).gates
  expect(own).toMatchObject({ open: false, answeredBy: 'annotation' })
  const flagger = { ...status, controller: 'flagger/1.44.0' }
  const [other] = gatesOf(canary({ status: flagger, annotations, analysis: { webhooks } })).gates
  expect(other).toMatchObject({ open: true, answeredBy: 'service' })
})

test('at rest nobody knows of a gate that a service answers', () => {
  const [first] = gatesOf(canary({ status: { phase: 'Succeeded' }, analysis: { webhooks } })).gates
  expect(first).toMatchObject({ open: null, isWaitedFor: false })
})

test('Services of the cluster are told from hosts outside', () => {
  expect(gateService('http://flagger-loadtester.flux:8080/gate/check', 'test')).toMatchObject({
    ...{ service: 'flagger-loadtester', namespace: 'flux', port: '8080', path: '/gate/check' },
  })
  for (const url of ['https://ops.example/', 'http://a.b.c/', 'ftp://lt/', 'x', 'http://10.0.0.1/'])
    expect(gateService(url, 'test')).toBeUndefined()
})

test('of a name that may be outside the cluster decides', () => {
  const [plain, tls] = ['http://ops.example/', 'https://ops.example/']
  const there = new Map([['example/ops', true]])
  expect(gateService(tls, 'test', there)).toMatchObject({ service: 'ops', isTls: true })
  expect(gateService(plain, 'test', new Map([['example/ops', false]]))).toBeUndefined()
})

test('the load tester opens and closes by paths of its own', () => {
  expect(loadTesterPath('http://lt/gate/check', 'open')).toBe('/gate/open')
  expect(loadTesterPath('http://lt/rollback/check', 'closed')).toBe('/rollback/close')
  expect(loadTesterPath('http://lt/approve', 'open')).toBeUndefined()
})

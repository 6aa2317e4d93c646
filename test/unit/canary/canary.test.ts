import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import { inspectSpec } from '../../../src/inspection/inspect.ts'
import { validate } from '../../../src/inspection/validate.ts'
import { meshAbilities } from '../../support/observation.ts'
import { defaults, parsed, stored } from './resource.ts'

test('gives a plain canary its names and defaults', () => {
  const resource = stored()
  const { canary, problems } = parseCanary(resource, defaults)
  expect(problems).toEqual([])
  expect(canary.resource).toBe(resource)
  expect(canary).toMatchObject({
    name: 'podinfo',
    namespace: 'test',
    label: 'podinfo.test',
    provider: 'istio',
    metricsServer: 'http://prometheus:9090',
    names: { apex: 'podinfo', primary: 'podinfo-primary', canary: 'podinfo-canary' },
    targetName: 'podinfo',
    primaryName: 'podinfo-primary',
    strategy: 'canary',
    progressDeadlineSeconds: 600,
    skipAnalysis: false,
    suspended: false,
    revertOnDeletion: false,
    status: {},
  })
})

test('takes what the spec says before the defaults', () => {
  const spec = {
    provider: 'nginx',
    metricsServer: 'http://thanos',
    progressDeadlineSeconds: 60,
    skipAnalysis: true,
    suspend: true,
    revertOnDeletion: true,
  }
  expect(parsed({ spec })).toMatchObject({
    provider: 'nginx',
    metricsServer: 'http://thanos',
    progressDeadlineSeconds: 60,
    skipAnalysis: true,
    suspended: true,
    revertOnDeletion: true,
  })
})

test('keeps the service of the spec as it is written', () => {
  const service = { port: 80, targetPort: 'http', hosts: ['a'], match: [{ uri: { prefix: '/' } }] }
  expect(parsed({ spec: { service } }).spec.service).toEqual(service)
})

test('reads the analysis under its old name', () => {
  const { analysis, ...spec } = stored().spec
  const old = { ...stored(), spec: { ...spec, canaryAnalysis: analysis } }
  const { canary, problems } = parseCanary(old, defaults)
  expect(problems).toEqual([])
  expect(canary.analysis).toEqual(parsed().analysis)
})

test('names object, field and remedy of stored nonsense, and goes on without it', () => {
  const odd = stored({
    spec: { provider: 'ingress9' },
    analysis: { stepWeight: '2.5', threshold: 2.5 },
  })
  const { canary, problems } = parseCanary(odd, defaults)
  expect(problems[0]).toMatch(
    /^canary podinfo\.test: spec\.provider is "ingress9"; set it to one of apisix, appmesh, /,
  )
  expect(problems.slice(1)).toEqual([
    'canary podinfo.test: spec.analysis.threshold is 2.5; set it to a whole number',
    'canary podinfo.test: spec.analysis.stepWeight is "2.5"; set it to a number',
  ])
  expect(canary.provider).toBe('istio')
  expect(canary.analysis).toMatchObject({ stepWeight: 0, threshold: 1 })
})

test('names an unknown kind of target', () => {
  const targetRef = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'db' }
  expect(parseCanary(stored({ spec: { targetRef } }), defaults).problems).toEqual([
    'canary podinfo.test: spec.targetRef.kind is "ReplicaSet"; set it to one of DaemonSet, Deployment, Service, StatefulSet',
  ])
})

test('says what is missing in a Canary without a spec', () => {
  const { problems } = parseCanary({ ...stored(), spec: undefined }, defaults)
  expect(problems).toEqual(['canary podinfo.test: spec is missing; add it'])
})

test('understands a status that Flagger wrote', () => {
  const status = {
    phase: 'WaitingPromotion',
    failedChecks: 1,
    canaryWeight: 0,
    iterations: -1,
    lastAppliedSpec: '6d5f8d8c7b',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    conditions: [{ type: 'Promoted', status: 'Unknown', reason: 'WaitingPromotion' }],
  }
  expect(parsed({ status }).status).toEqual(status)
})

test('drops what cannot be read in the status, without a problem', () => {
  const status = { phase: 'Progressing', failedChecks: 1.5, history: 'none' }
  expect(parsed({ status }).status).toEqual({ phase: 'Progressing' })
})

test('never throws, and whatever it gives can be validated', () => {
  const odd = fc.anything({ maxDepth: 4 })
  const spec = fc.oneof(
    odd,
    fc.record({ targetRef: odd, service: odd, analysis: odd }, { requiredKeys: [] }),
    fc.record({
      analysis: fc.record(
        {
          interval: odd,
          stepWeights: odd,
          metrics: fc.array(odd),
          webhooks: fc.array(odd),
          alerts: fc.array(odd),
          sessionAffinity: odd,
          canaryAnalysis: odd,
        },
        { requiredKeys: [] },
      ),
    }),
  )
  fc.assert(
    fc.property(spec, odd, (oddSpec, status) => {
      const { canary } = parseCanary({ ...stored(), spec: oddSpec, status }, defaults)
      const faults = inspectSpec(canary, {
        abilities: meshAbilities,
        meshProvider: 'istio',
        now: new Date(0),
      }).map(({ message }) => message)
      const sentences = [...validate(canary, { noCrossNamespaceRefs: true }), ...faults]
      expect(sentences.every((sentence) => sentence.length > 0)).toBe(true)
      expect(canary.analysis.intervalMs).toBeGreaterThanOrEqual(10_000)
      expect(canary.analysis.maxWeight).toBeGreaterThan(0)
      expect(canary.analysis.maxWeight).toBeLessThanOrEqual(100)
    }),
  )
})

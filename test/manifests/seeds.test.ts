import { describe, expect, test } from 'vitest'
import type { Canary } from '../../src/canary/canary.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import { validate } from '../../src/inspection/validate.ts'
import { refusals } from './custom-resources.ts'
import { manifests } from './seeds.ts'

const canaries = manifests.filter(({ object }) => object.kind === 'Canary')
const defaults = { meshProvider: 'istio', metricsServer: 'http://prometheus:9090' }

function canaryOf(file: string): Canary {
  const found = canaries.find((manifest) => manifest.file.startsWith(file))
  if (!found) throw new Error(`no canary in ${file}`)
  return parseCanary(found.object, defaults).canary
}

test('all documents with objects of the API are found', () => {
  const count = (kind: string) => manifests.filter(({ object }) => object.kind === kind).length
  expect({
    canaries: count('Canary'),
    templates: count('MetricTemplate'),
    alertProviders: count('AlertProvider'),
    partial: manifests.filter(({ partial }) => partial).length,
  }).toEqual({ canaries: 43, templates: 3, alertProviders: 3, partial: 31 })
})

describe.each(manifests)('$file ($object.metadata.name)', ({ object }) => {
  test('is accepted by the schema', () => {
    expect(refusals(object)).toEqual([])
  })
})

describe.each(canaries)('$file ($object.metadata.name)', ({ object }) => {
  test('can be worked on', () => {
    const { canary, problems } = parseCanary(object, defaults)
    expect([...problems, ...validate(canary, { noCrossNamespaceRefs: false })]).toEqual([])
  })
})

test('checks every hour for 168 times, with one failure allowed by default', () => {
  const { analysis, strategy } = canaryOf('b26')
  expect(strategy).toBe('ab-testing')
  expect(analysis).toMatchObject({ intervalMs: 3_600_000, iterations: 168, threshold: 1 })
  expect(analysis.sessionAffinity?.maxAge).toBe(604_800)
})

test('steps to the maximum weight while the checks run a number of times in all', () => {
  const { analysis, strategy } = canaryOf('b40')
  expect(strategy).toBe('canary')
  expect(analysis).toMatchObject({ stepWeight: 5, maxWeight: 50, iterations: 20 })
})

test('lets the mirrored share grow', () => {
  const { analysis, strategy } = canaryOf('b32')
  expect(strategy).toBe('blue-green')
  expect(analysis).toMatchObject({
    mirror: true,
    mirrorWeight: 10,
    stepMirrorWeight: 10,
    maxMirrorWeight: 100,
    iterations: 10,
  })
})

test('puts the canary on spot instances', () => {
  const { podSettings } = canaryOf('b36').analysis
  expect(podSettings.nodeSelector).toEqual({ 'node-type': 'spot' })
  expect(podSettings.tolerations).toHaveLength(2)
})

test('waits for warm pods before the first check', () => {
  const { analysis } = canaryOf('b54')
  expect(analysis.delayMs).toBe(30_000)
  expect(analysis.metrics).toMatchObject([{ name: 'request-success-rate', intervalMs: 120_000 }])
})

test('starts with none of the canary pods required to be ready', () => {
  expect(canaryOf('b29').analysis.canaryReadyThreshold).toBe(0)
})

test('gives metrics without an interval the default window', () => {
  expect(canaryOf('b39').analysis.metrics.map(({ interval }) => interval)).toEqual(
    Array(4).fill('1m'),
  )
})

test('takes a metric template from another namespace, or else from its own', () => {
  const [, apm, kpi] = canaryOf('b30').analysis.metrics
  expect(apm?.templateRef).toEqual({ name: 'datadog-error-rate', namespace: 'flagger-system' })
  expect(kpi?.templateRef).toEqual({ name: 'business-metrics', namespace: '' })
})

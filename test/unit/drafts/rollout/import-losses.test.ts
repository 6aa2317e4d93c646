/** What of a Rollout is lost or changed: nothing of it in silence. */
import { expect, test } from 'vitest'
import { importRollout } from '../../../../src/drafts/rollout/import.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { changed, errorsOf, essential, lost } from './remarks.ts'
import { analysis, byIstio, rollout, service, template95 } from './rollout-objects.ts'

test('an Ingress in a list is one as well, and a second is told', () => {
  const alb = { ingresses: ['one', 'two'], rootService: 'root' }
  const canary = { ...byIstio, trafficRouting: { alb } }
  const imported = importRollout(rollout({ canary }), [])
  expect(imported.canary).toMatchObject({ spec: { ingressRef: { name: 'one' } } })
  expect(lost(imported).join()).toContain('alb.ingresses: a Canary has one Ingress here: not "two"')
})

test('behind NGINX all Ingresses are carried over', () => {
  const nginx = { stableIngress: 'one', stableIngresses: ['one', 'two'] }
  const canary = { ...byIstio, trafficRouting: { nginx } }
  const imported = importRollout(rollout({ canary }), [])
  expect(imported.canary).toMatchObject({
    spec: { ingressRef: { name: 'one' }, ingressRefs: [{ name: 'two' }] },
  })
  expect(lost(imported)).toEqual([])
})

test.each([
  ['success', 0],
  ['.*', 0],
  ['succ.*', 0],
  ['latency', 1],
  ['lat.*', 1],
])('a dry run of %s by the Rollout leaves %i metrics', (metricName, count) => {
  const canary = { ...byIstio, analysis: { ...analysis, dryRun: [{ metricName }] } }
  const imported = importRollout(rollout({ canary }), [template95()])
  expect(imported.others.filter(({ kind }) => kind === 'MetricTemplate')).toHaveLength(count)
  expect(lost(imported).some((one) => one.includes('decides nothing'))).toBe(count === 0)
})

test('what passed without a value does so here, which is told', () => {
  const metric = { successCondition: 'len(result) == 0 || result[0] >= 0.95' }
  const canary = { ...byIstio, analysis }
  const imported = importRollout(rollout({ canary }), [template95(metric)])
  expect(imported.canary).toMatchObject({
    spec: { analysis: { metrics: [{ thresholdRange: { min: 0.95 }, noData: 'pass' }] } },
  })
  expect(changed(imported).join()).toContain('metric "success" passes without a value, as it did')
  expect(errorsOf(imported)).toEqual([])
})

test('limits and fields of a metric that nothing here stands for are told', () => {
  const prometheus = { address: 'http://prom:9090', query: 'up', rangeQuery: { step: '1m' } }
  const metric = { inconclusiveLimit: 3, consecutiveErrorLimit: 5, provider: { prometheus } }
  const canary = { ...byIstio, analysis }
  const imported = importRollout(rollout({ canary }), [template95(metric)])
  const field = 'AnalysisTemplate success-rate, metric success'
  expect(lost(imported)).toEqual([
    `${field}: inconclusiveLimit has no counterpart`,
    `${field}: consecutiveErrorLimit has no counterpart`,
  ])
  expect(essential(imported)).toEqual([
    'a query over a range has many values: write a query with one',
  ])
})

test('templates and Services of another namespace are not those of the Rollout', () => {
  const elsewhere = (object: KubeObject) => {
    return { ...object, metadata: { ...object.metadata, namespace: 'other' } }
  }
  const around = [elsewhere(template95()), elsewhere(service('shop-stable'))]
  const imported = importRollout(rollout({ canary: { ...byIstio, analysis } }), around)
  expect(essential(imported)).toEqual(['is not there: its metrics are missing'])
  expect(imported.canary).toMatchObject({ spec: { service: { port: 8080 } } })
})

test.each([
  [{ canary: byIstio, blueGreen: { activeService: 'shop' } }, {}, 'either canary or blueGreen'],
  [{ rolling: {} }, {}, 'either canary or blueGreen'],
  [{ canary: byIstio }, { template: undefined }, 'there are no pods to make a Deployment of'],
  [{ canary: { ...byIstio, stableService: 'x'.repeat(56) } }, {}, 'has 56 characters'],
])('a Rollout of %j with %j is nothing to pass over', (strategy, spec, text) => {
  expect(essential(importRollout(rollout(strategy, spec), [])).join()).toContain(text)
})

test('what comes at once, or sooner than an interval may be, is told', () => {
  const rolling = importRollout(rollout({ canary: { maxSurge: 1 } }), [])
  expect(changed(rolling).join()).toContain('everybody is switched to it at once')
  const quick = { ...byIstio, steps: [{ setWeight: 20 }, { pause: { duration: '5s' } }] }
  const imported = importRollout(rollout({ canary: quick }), [])
  expect(imported.canary).toMatchObject({ spec: { analysis: { interval: '10s' } } })
  expect(changed(imported)).toEqual([
    'spec.strategy: 5s between two steps becomes 10s, the shortest interval',
  ])
})

test('a field that an import does not know is told', () => {
  const given = rollout({ canary: byIstio }, { progressDeadlineAbort: true, novelty: 1 })
  expect(lost(importRollout(given, []))).toEqual(['spec.novelty: has no counterpart'])
})

test('a query that names a Service which goes asks for the one in its place, and no other', () => {
  const query = 'a{s="shop-preview.web"}/b{s="shop-preview-2"}/c{s=~"{{args.service-name}}"}'
  const prometheus = { address: 'http://prom:9090', query }
  const args = [{ name: 'service-name', value: 'shop-preview' }]
  const canary = { ...byIstio, analysis: { ...analysis, args } }
  const around = [template95({ provider: { prometheus } })]
  const imported = importRollout(rollout({ canary }), around)
  expect(imported.others.at(-1)).toMatchObject({
    spec: {
      query: 'a{s="shop-stable-canary.web"}/b{s="shop-preview-2"}/c{s=~"shop-stable-canary"}',
    },
  })
  expect(changed(imported).join()).toContain('its query named the Service "shop-preview"')
})

test('a query of Graphite that says target= already says it once', () => {
  const graphite = { address: 'http://graphite', query: "target=summarize(a,'5min')" }
  const imported = importRollout(rollout({ canary: { ...byIstio, analysis } }), [
    template95({ provider: { graphite } }),
  ])
  expect(imported.others.at(-1)).toMatchObject({ spec: { query: "target=summarize(a,'5min')" } })
})

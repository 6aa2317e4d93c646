/** How slow requests are counted: what is asked, and what an answer means. */
import { expect, test } from 'vitest'
import {
  bucketsQuery,
  pastSlowQueries,
  slowQuery,
} from '../../../src/metrics/counting/arm-durations.ts'
import { armDurations, pastDurations } from '../../../src/metrics/prometheus/durations.ts'
import { firstRequest, replay } from '../../support/conversations.ts'
import { answered, askedAt, canary } from './builders.ts'

const slow = { name: 'request-duration', thresholdRange: { max: 500 } }

function given(provider: string) {
  const of = canary([slow], { provider }, { judge: {} })
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  return { of, metric, deps: { meshProvider: 'istio', seconds: 60 } }
}

const istio = 'istio_request_duration_milliseconds_bucket'
const labels = (target: string) =>
  `reporter="destination", destination_workload_namespace="test", destination_workload=~"${target}"`

test('one query has the requests of both versions, and those within each bound', () => {
  const { of, metric, deps } = given('istio')
  const query = slowQuery(of, metric, { ...deps, bounds: [500, 100] })
  const within = `${istio}{ ${labels('podinfo-primary')}, le=~"100([.]0*)?" }`
  expect(query).toContain(
    `label_replace( sum( ( ${within} - ${within} offset 60s >= 0 ) or ${within} ), "n", "primary_within_1", "", "" )`,
  )
  const names = [...query.matchAll(/"n", "(\w+)"/g)].map(([, name]) => name)
  expect(names).toEqual([
    ...['canary_all', 'canary_new', 'canary_within_0', 'canary_within_1'],
    ...['primary_all', 'primary_new', 'primary_within_0', 'primary_within_1'],
  ])
  expect(query).toContain(`${istio}{ ${labels('podinfo')}, le="+Inf" }`)
})

test.each([
  ['kubernetes', 500, 'le=~"0[.]50*"'],
  ['kubernetes', 1_000, 'le=~"1([.]0*)?"'],
  ['traefik', 250, 'le=~"0[.]250*"'],
  ['istio', 2_500_000, 'le=~"2500000([.]0*)?|2[.]5e[+]06"'],
])('for %s a bound of %i ms is a label however servers write it', (provider, bound, label) => {
  const { of, metric, deps } = given(provider)
  expect(slowQuery(of, metric, { ...deps, bounds: [bound] })).toContain(label)
})

test.each([
  ['nginx', 'canary=""'],
  ['skipper', '_primary('],
  ['contour', 'podinfo-primary_'],
  ['linkerd', 'deployment=~"podinfo-primary"'],
  ['kuma', 'podinfo-primary_test_svc'],
  ['gloo', 'podinfo-primaryupstream'],
  ['traefik', 'podinfo-primary-'],
  ['osm', 'destination_name="podinfo-primary"'],
  ['appmesh', 'kubernetes_pod_name=~"podinfo-primary-'],
])('%s tells the primary’s buckets apart', (provider, label) => {
  const { of, metric, deps } = given(provider)
  const query = slowQuery(of, metric, { ...deps, bounds: [500] })
  const isPrimary = query.split(' or label_replace(').map((part) => part.includes(label))
  expect(isPrimary).toEqual([false, false, false, true, true, true])
})

test.each(['apisix', 'knative'])('%s has series of both versions in one', (provider) => {
  const { of, metric, deps } = given(provider)
  expect(slowQuery(of, metric, { ...deps, bounds: [500] })).toBe('')
})

test('the buckets of the history are those of the primary, or of all time without one', () => {
  const { of, metric, deps } = given('istio')
  const selector = `${istio}{ ${labels('podinfo-primary')} }`
  expect(bucketsQuery(of, metric, { ...deps, seconds: 21_600 })).toBe(
    `sum by (le)( ( ${selector} - ${selector} offset 21600s >= 0 ) or ${selector} )`,
  )
  expect(bucketsQuery(of, metric, { ...deps, seconds: 0 })).toBe(`sum by (le)( ${selector} )`)
  const { all } = pastSlowQueries(of, metric, { ...deps, bounds: [500] })
  expect(all).toMatch(/^sum by \(pod, kubernetes_pod_name, instance\)\(/)
})

const source = { address: 'http://prom', secret: {}, headers: {}, insecureSkipVerify: false }
const instant = (values: Record<string, number>, label: string) =>
  answered({
    data: {
      result: Object.entries(values).map(([name, value]) => ({
        metric: { [label]: name },
        value: [1, `${value}`],
      })),
    },
  })

const look = () => armDurations({ ...source, query: 'x', at: askedAt, bounds: [500, 100] })

test('what is not within a bound is slow', () => {
  const counts = {
    ...{ canary_all: 300, canary_within_0: 297, canary_within_1: 270 },
    ...{ primary_all: 5_700, primary_within_0: 5_672, primary_within_1: 5_130 },
  }
  expect(replay(look(), instant(counts, 'n')).arms).toMatchObject([
    { canary: { bad: 3, all: 300 }, primary: { bad: 28, all: 5_700 } },
    { canary: { bad: 30, all: 300 }, primary: { bad: 570, all: 5_700 } },
  ])
})

test('a bound that is not there makes nothing slow: the look is none', () => {
  const counts = { canary_all: 300, primary_all: 5_700, primary_within_0: 5_672 }
  expect(() => replay(look(), instant(counts, 'n'))).toThrow(
    'the buckets of canary requests lack the bound that the run is judged by',
  )
})

test('a version without requests has none that are slow', () => {
  const counts = { primary_all: 10, primary_within_0: 10, primary_within_1: 9 }
  expect(replay(look(), instant(counts, 'n')).arms?.[0]?.canary).toEqual({ bad: 0, all: 0 })
})

const begin = (steps: number) =>
  pastDurations({
    ...{ ...source, buckets: 'buckets', toMs: 1000, maxMs: 500, hasBody: true },
    past: (bounds) => ({ all: 'all', within: bounds.map((bound) => `within_${bound}`) }),
    range: { until: askedAt, stepSeconds: 60, steps },
  })
const bucketCounts = { '0.1': 8_900, '0.25': 9_800, '0.5': 9_980, '1': 10_000, '+Inf': 10_000 }

test('when a run begins its bounds are chosen, and how the primary’s slow requests came', () => {
  const steps = Array.from({ length: 20 }, (_, at) => at * 60)
  const series = (pod: string, count: number) => ({
    metric: { pod },
    values: steps.map((at) => [at, `${count}`]),
  })
  const matrix = (a: number, b: number) =>
    answered({ data: { result: [series('a', a), series('b', b)] } })
  const { bounds } = replay(
    begin(360),
    instant(bucketCounts, 'le'),
    matrix(100, 100),
    matrix(98, 99),
    matrix(89, 91),
  )
  expect(bounds?.map(({ boundMs }) => boundMs)).toEqual([500, 100])
  expect(bounds?.[0]?.past).toMatchObject({ usual: 3 / 200, from: 'Instances', looks: 20 })
  expect(bounds?.[1]?.past?.usual).toBeCloseTo(20 / 200, 9)
})

test('without a history only the bounds are asked', () => {
  const talk = begin(0)
  expect(new URL(firstRequest(talk).url).pathname).toBe('/api/v1/query')
  const { done, value } = talk.next(instant(bucketCounts, 'le'))
  expect([done, value]).toEqual([true, { bounds: [{ boundMs: 500 }, { boundMs: 100 }] }])
})

test('a server without such a histogram has no bounds', () => {
  expect(replay(begin(360), answered({ data: { result: [] } })).bounds).toEqual([])
})

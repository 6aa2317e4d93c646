/** What the judge counts of series that real servers have scraped, to the last request. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { messageOf } from '../../src/errors.ts'
import { createHttp } from '../../src/io/http-client.ts'
import { ask } from '../../src/metrics/asking.ts'
import type { MetricCheck } from '../../src/metrics/checks.ts'
import {
  countsCheck,
  lagCheck,
  pastCheck,
  recordedCheck,
} from '../../src/metrics/counting/checks.ts'
import { sampleOf } from '../../src/metrics/prometheus/samples.ts'
import { canary } from '../unit/metrics/builders.ts'
import { alone, fed, type MetricServer, type Queried } from './fed.ts'
import { prometheusOf, victoriaMetricsOf } from './programs.ts'

const http = createHttp()
afterAll(() => http.close())

/** What the scraped page says; while it is away it answers with an error. */
const page = new Map<string, number>()
let isAway = false
let scrapes = 0
let server: Queried

/** The server, for the tests of one block, and the page that it scrapes. */
function given(startOf: (target: number) => Promise<Queried>): void {
  let target: Server

  beforeAll(async () => {
    page.clear()
    target = createServer((_, answer) => {
      scrapes += 1
      answer.statusCode = isAway ? 503 : 200
      answer.setHeader('content-type', 'text/plain; version=0.0.4')
      answer.end(`${[...page].map(([series, value]) => `${series} ${value}`).join('\n')}\n`)
    })
    target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    const address = target.address()
    const port = typeof address === 'object' && address ? address.port : 0
    server = await startOf(port)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    target.close()
  })
}

const seen = { timeout: 50_000, interval: 100 }

/** Waits for so many scrapes more. */
async function scraped(count: number): Promise<void> {
  const wanted = scrapes + count * server.copies
  await vi.waitFor(() => expect(scrapes).toBeGreaterThanOrEqual(wanted), seen)
}

/** A whole second at which the server knows the page as it is now; the page stays until then. */
function settled(): Promise<number> {
  const wanted = server.copies * [...page.values()].reduce((sum, value) => sum + value, 0)
  const of = 'sum({__name__=~"shop_total|http_.*"})'
  return vi.waitFor(async () => {
    const at = Math.floor(Date.now() / 1_000)
    const asked = `query=${encodeURIComponent(of)}&time=${at}&nocache=1&dedup=false`
    const url = `${server.url}/api/v1/query?${asked}`
    const answer = await http({ url, timeoutMs: 5_000 })
    expect(sampleOf(answer)).toBe(wanted)
    return at
  }, seen)
}

async function answerTo(check: MetricCheck) {
  return ask(check, async (asked) => {
    if (!('http' in asked)) throw new Error('only servers are asked')
    return http(asked.http).then(
      (answer) => ({ http: answer }),
      (cause: unknown) => ({ error: messageOf(cause) }),
    )
  })
}

function judged(metric: object) {
  const of = canary([metric], { metricsServer: server.url, provider: 'kubernetes' }, { judge: {} })
  const [only] = of.analysis.metrics
  if (!only) throw new Error('no metric')
  return { of, metric: only }
}

const deps = (at: number) => ({
  ...{ find: () => undefined, meshProvider: 'kubernetes', now: new Date(at * 1_000) },
  ...{ at: new Date(at * 1_000), bounds: [] as number[] },
})

const series = (pod: string, code: number) => `shop_total{pod="${pod}",code="${code}"}`
const selector = 'shop_total{pod=~"{{ target }}-[a-z0-9]+-[a-z]+"'
const none = { bad: 'nobody_total', all: 'nobody_total' }
const counts = { bad: `${selector},code="500"}`, all: `${selector}}` }

const servers: readonly MetricServer[] = [
  ['Prometheus', (target) => alone(prometheusOf(target), '/-/ready')],
  ['VictoriaMetrics', (target) => alone(victoriaMetricsOf(target), '/health')],
  ...fed,
]

describe.each(servers)('%s', (_, startOf) => {
  given(startOf)

  test('births, restarts, pods that go and scrapes that fail: each request is counted once', async () => {
    const { of, metric } = judged({ name: 'shop', counts, thresholdRange: { max: 1 } })
    const counted = async (from: number, at: number) => {
      const outcome = await answerTo(countsCheck(of, metric, { ...deps(at), seconds: at - from }))
      return 'arms' in outcome ? outcome.arms : outcome
    }
    const grow = (name: string, by: number) => page.set(name, (page.get(name) ?? 0) + by)
    page.set(series('podinfo-x1-aa', 200), 1_000)
    page.set(series('podinfo-primary-y1-bb', 200), 50_000)
    page.set(series('podinfo-primary-y1-bb', 500), 300)
    const first = await settled()

    grow(series('podinfo-x1-aa', 200), 98)
    grow(series('podinfo-x1-aa', 500), 2) // a series that is born with its first failures
    grow(series('podinfo-primary-y1-bb', 200), 895)
    grow(series('podinfo-primary-y1-bb', 500), 5)
    const second = await settled()
    expect(await counted(first, second)).toMatchObject([
      { canary: { bad: 2, all: 100 }, primary: { bad: 5, all: 900 } },
    ])

    page.set(series('podinfo-x1-aa', 200), 30) // the container began again
    page.set(series('podinfo-x1-aa', 500), 1)
    page.delete(series('podinfo-primary-y1-bb', 200)) // the pod went, and another came
    page.delete(series('podinfo-primary-y1-bb', 500))
    page.set(series('podinfo-primary-y2-cc', 200), 40)
    const third = await settled()
    expect(await counted(second, third)).toMatchObject([
      {
        ...{ canary: { bad: 1, all: 31 }, primary: { bad: 0, all: 40 } },
        born: { canary: 0, primary: 40 },
      },
    ])

    isAway = true
    grow(series('podinfo-x1-aa', 200), 70)
    grow(series('podinfo-primary-y2-cc', 200), 700)
    await scraped(2)
    isAway = false
    grow(series('podinfo-x1-aa', 500), 7)
    const fourth = await settled()
    expect(await counted(third, fourth)).toMatchObject([
      { canary: { bad: 7, all: 77 }, primary: { bad: 0, all: 700 } },
    ])
  })

  test('slow requests are counted by buckets, whose bounds the server names', async () => {
    const { of, metric } = judged({ name: 'request-duration', thresholdRange: { max: 500 } })
    const bucket = (pod: string, le: string) =>
      `http_request_duration_seconds_bucket{kubernetes_namespace="test",kubernetes_pod_name="${pod}",le="${le}"}`
    const set = (pod: string, within: Record<string, number>) => {
      for (const [le, value] of Object.entries(within)) page.set(bucket(pod, le), value)
    }
    set('podinfo-primary-y1-bb', { '0.1': 8_900, '0.5': 9_980, '1': 9_999, '+Inf': 10_000 })
    set('podinfo-x1-aa', { '0.1': 0, '0.5': 0, '1': 0, '+Inf': 0 })
    const from = await settled()
    const past = { ...deps(from), stepSeconds: 60, steps: 0, hasBody: true }
    const chosen = await answerTo(pastCheck(of, metric, past))
    expect(chosen).toMatchObject({ bounds: [{ boundMs: 500 }, { boundMs: 100 }] })

    set('podinfo-primary-y1-bb', { '0.1': 9_790, '0.5': 10_978, '1': 10_999, '+Inf': 11_000 })
    set('podinfo-x1-aa', { '0.1': 160, '0.5': 197, '1': 200, '+Inf': 200 })
    const at = await settled()
    const window = { ...deps(at), seconds: at - from, bounds: [500, 100] }
    expect(await answerTo(countsCheck(of, metric, window))).toMatchObject({
      arms: [
        { canary: { bad: 3, all: 200 }, primary: { bad: 2, all: 1_000 } },
        { canary: { bad: 40, all: 200 }, primary: { bad: 110, all: 1_000 } },
      ],
    })
  })

  test('the newest sample is dated, and the steps of a range add up to what was counted', {
    timeout: 180_000,
  }, async () => {
    const { of, metric } = judged({ name: 'shop', counts, thresholdRange: { max: 1 } })
    page.set(series('podinfo-x2-aa', 200), 5_000)
    page.set(series('podinfo-primary-y3-bb', 200), 9_000)
    const from = await settled()
    page.set(series('podinfo-x2-aa', 200), 5_040)
    page.set(series('podinfo-x2-aa', 500), 3)
    page.set(series('podinfo-primary-y3-bb', 200), 9_500)
    const at = await settled()

    const steps = { stepSeconds: 1, steps: at - from }
    const summed = async () => {
      const recorded = await answerTo(recordedCheck(of, metric, { ...deps(at), ...steps }))
      const counted = ('steps' in recorded && recorded.steps) || []
      const sum = (arm: 'canary' | 'primary', count: 'bad' | 'all') =>
        counted.reduce((all, step) => all + step[arm][count], 0)
      return [sum('canary', 'bad'), sum('canary', 'all'), sum('primary', 'all')]
    }
    // VictoriaMetrics repeats an older value for the last half a minute of a range.
    await vi.waitFor(async () => expect(await summed()).toEqual([3, 43, 500]), seen)

    const dated = await answerTo(lagCheck(of, metric, deps(at)))
    const lag = 'lag' in dated ? dated.lag : undefined
    // A machine that is busy scrapes late, and not each second.
    expect(lag?.ageSeconds).toBeGreaterThanOrEqual(0)
    expect(lag?.ageSeconds).toBeLessThan(60)
    expect(lag?.everySeconds).toBeGreaterThan(0)
    const nobody = judged({ ...metric, counts: none }).metric
    expect(await answerTo(lagCheck(of, nobody, deps(at)))).toEqual({})
  })
})

const ofStores = fed.filter(([name]) => name === 'Thanos')

describe.each(ofStores)('%s without one of its stores', (_, startOf) => {
  given(startOf)

  test('counts nothing, and says which it is', async () => {
    const { of, metric } = judged({ name: 'shop', counts, thresholdRange: { max: 1 } })
    page.set(series('podinfo-x1-aa', 200), 1_000)
    page.set(series('podinfo-primary-y1-bb', 200), 50_000)
    const at = await settled()
    const look = () => answerTo(countsCheck(of, metric, { ...deps(at), seconds: 60 }))
    expect(await look()).toMatchObject({ arms: [{ canary: { all: 1_000 } }] })
    await server.lose?.()
    expect(await look()).toMatchObject({
      error: expect.stringMatching(/^the answer is partial: .*replica="b"/),
    })
  })
})

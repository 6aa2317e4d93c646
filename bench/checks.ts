/**
 * 200 metric checks of 20 canaries that are due at once: how long until the server has seen them
 * all, and what they take in memory. Fails over one second or 60 MB. Usage: node bench/checks.ts
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseCanary } from '../src/canary/canary.ts'
import { createHttp } from '../src/io/http-client.ts'
import { ask } from '../src/metrics/asking.ts'
import { rangeJudge } from '../src/metrics/judges.ts'

const canaries = 20
const checks = 10
const longestMs = 1_000
const mostBytes = 60e6
/** As a server takes that has much to compute: the first answer comes after the last question. */
const answersAfterMs = 1_500

let seen = 0
let lastSeenMs = 0
const body = JSON.stringify({ data: { result: [{ metric: {}, value: [1, '5'] }] } })
const server = createServer((_, response) => {
  seen += 1
  lastSeenMs = performance.now()
  setTimeout(() => response.end(body), answersAfterMs)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const http = createHttp()

const metrics = Array.from({ length: checks }, (_, index) => ({
  name: `metric-${index}`,
  query: `sum(rate(requests_total{app="{{ target }}", part="${index}"}[{{ interval }}]))`,
  thresholdRange: { max: 10 },
}))
const looks = Array.from({ length: canaries }, (_, index) => {
  const { canary } = parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: `app-${index}`, namespace: 'bench' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `app-${index}` },
        service: { port: 80 },
        analysis: { interval: '1m', stepWeight: 10, metrics },
      },
    },
    { meshProvider: 'istio', metricsServer: `http://127.0.0.1:${port}` },
  )
  return rangeJudge.look({ canary, find: () => undefined, meshProvider: 'istio', now: new Date() })
})

async function run(look: (typeof looks)[number]): Promise<string> {
  let step = look.next([])
  while (!step.done) {
    const asked = step.value.map((check) =>
      ask(check, async (one) =>
        'http' in one ? { http: await http(one.http) } : { error: 'only servers are asked' },
      ),
    )
    step = look.next(await Promise.all(asked))
  }
  return step.value.verdict.outcome
}

const before = process.memoryUsage().rss
const startedMs = performance.now()
let peak = before
const watching = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 10)
const outcomes = await Promise.all(looks.map(run))
clearInterval(watching)
await http.close()
server.close()

const ms = Math.round(lastSeenMs - startedMs)
const bytes = peak - before
console.log(`${seen} checks of ${canaries} canaries: all asked after ${ms} ms`)
console.log(
  `memory: ${(bytes / 1e6).toFixed(1)} MB more at the most, of the server beside it as well`,
)
const isRight = seen === canaries * checks && outcomes.every((outcome) => outcome === 'passed')
process.exitCode = isRight && ms <= longestMs && bytes <= mostBytes ? 0 : 1

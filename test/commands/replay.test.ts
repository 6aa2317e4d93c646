/** `replay`: judged runs once more, from the status and from a metric server. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { JudgeStatus } from '../../src/canary/api.gen.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const looks =
  '60:3/300,28/5700 60:6/600,27/5400 60:9/900,26/5100 60:12/1200,24/4800 60:15/1500,22/4500'
const judge: JudgeStatus = {
  ...{ version: 1, startedAt: ago(900), lastLook: ago(600), verdict: 'Fail' },
  plan: {
    ...{ ratio: 2, ignoreBelow: 0.1, falseRollback: 1, missed: 5 },
    ...{ scheduledLooks: 10, plannedLooks: 60, require: 'Ratio', compareTo: 'Primary' },
  },
  metrics: [
    {
      ...{ name: 'request-success-rate', objective: 1, cluster: 1, from: 'Setting' },
      ...{ harm: 140, safety: 0.0064, looks },
    },
  ],
}
const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 } }]
const analysis = { stepWeight: 10, threshold: 3, webhooks: [], judge: {}, metrics }

let cluster: TestCluster
let prometheus: Server
let address = ''

/** Two hours of a minute each, in which the canary had users for twenty minutes. */
function answerOf(url: URL): object[] {
  const [start, end] = ['start', 'end'].map((name) => Number(url.searchParams.get(name)))
  const times = Array.from({ length: 120 }, (_, at) => (end ?? 0) - 60 * (119 - at))
  const series = (n: string, valueAt: (at: number) => number) => ({
    metric: { n },
    values: times.flatMap((time, at) => (time >= (start ?? 0) ? [[time, `${valueAt(at)}`]] : [])),
  })
  const isRun = (at: number) => at >= 80 && at < 100
  return [
    series('canary_bad', (at) => (isRun(at) ? 30 : 0)),
    series('canary_all', (at) => (isRun(at) ? 3_000 : 0)),
    series('primary_bad', () => 15),
    series('primary_all', () => 3_000),
  ]
}

beforeAll(async () => {
  cluster = await startCluster()
  const history = [
    { id: 7, result: 'Failed' as const, judge },
    { id: 6, result: 'Succeeded' as const },
  ]
  cluster.put(
    canaryObject({ name: 'podinfo', analysis, status: { phase: 'Failed', history } }),
    canaryObject({ name: 'fresh', analysis: { ...analysis, judge: { mode: 'Off' } } }),
  )
  prometheus = createServer((request, response) => {
    const result = answerOf(new URL(request.url ?? '', 'http://prom'))
    response.end(JSON.stringify({ status: 'success', data: { result } }))
  })
  prometheus.listen(0, '127.0.0.1')
  await once(prometheus, 'listening')
  const at = prometheus.address()
  address = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
})
afterAll(async () => {
  prometheus.close()
  await cluster.close()
})

describe('from the status', () => {
  test('the looks give the verdict that was given, at the same look', async () => {
    const { code, stdout, stderr } = await cluster.run('replay podinfo --run=7')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^CHECK +LOOKS +HARM +SAFETY\nrequest-success-rate +5 +140 +0\.0064\n/)
    expect(stdout).toMatch(/\nFail at look 5, as recorded\n$/)
  })

  test('other rules say something else, in hindsight', async () => {
    const { code, stdout, stderr } = await cluster.run(
      'replay podinfo --set=falseRollback=0.01 -o json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kind: 'CanaryReplay', run: 7, verdict: 'Inconclusive', recorded: 'Fail' },
    })
    expect(stderr).toContain('this is hindsight')
  })

  test.each([
    ['replay podinfo --run=6', 1, 'of run 6 no look is on record'],
    ['replay fresh', 1, 'it had no run yet'],
    ['replay podinfo --set=speed=3', 2, 'such as ratio=1.5,2,3'],
    ['replay podinfo --set=ratio=3,4', 2, 'one value of ratio, ignoreBelow'],
    ['replay', 2, 'one canary is replayed at a time'],
  ])('%s ends with %i', async (line, wanted, text) => {
    const { code, stderr } = await cluster.run(line)
    expect(stderr).toContain(text)
    expect(code).toBe(wanted)
  })
})

describe('from a metric server', () => {
  test('each run that it knows is judged, and held against the range', async () => {
    const line = `replay podinfo --prometheus=${address} --since=2h`
    const { code, stdout, stderr } = await cluster.run(line)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^STARTED .*\n\S+Z +20 +600\/60000 +300\/60000 +fail at look \d+ +pass\n$/,
    )
  })

  test('a Canary without a judge has nobody to ask', async () => {
    const { code, stderr } = await cluster.run(`replay fresh --prometheus=${address}`)
    expect(code).toBe(1)
    expect(stderr).toContain('fresh.test has no judge of failures')
  })
})

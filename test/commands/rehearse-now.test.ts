/** `rehearse --now`: metrics, hooks and receivers of alerts are asked once, and nothing is played. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

interface Asked {
  path: string
  text: string
}

let cluster: TestCluster
let server: Server
let address: string
let asked: Asked[] = []

/** A metrics server, hooks and a chat service in one. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://here')
    const text = searchParams.get('query') ?? Buffer.concat(await request.toArray()).toString()
    asked.push({ path, text })
    if (path === '/gate') response.statusCode = 403
    const value = text.includes('empty')
      ? []
      : [{ value: [1, text.includes('bucket') ? '900' : '99.5'] }]
    const data = { resultType: 'vector', result: value }
    response.end(path.startsWith('/api') ? JSON.stringify({ status: 'success', data }) : 'ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  cluster = await startCluster()
  const kind = { apiVersion: 'flagger.app/v1beta1', metadata: { name: 'chat', namespace: 'test' } }
  cluster.put(
    {
      ...kind,
      kind: 'AlertProvider',
      spec: { type: 'slack', address: `${address}/chat` },
    } as KubeObject,
    {
      ...{ ...kind, kind: 'MetricTemplate' },
      spec: { provider: { type: 'prometheus', address }, query: 'empty' },
    } as KubeObject,
    canaryObject({ name: 'busy', status: { phase: 'Progressing', canaryWeight: 20 }, ...of() }),
    canaryObject({ name: 'idle', status: { phase: 'Succeeded' }, ...of() }),
  )
})
afterAll(async () => {
  await cluster.close()
  server.close()
})
beforeEach(() => {
  asked = []
})

function of() {
  return {
    spec: { metricsServer: address },
    analysis: {
      metrics: [
        { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
        { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
        {
          ...{ name: 'budget', interval: '1m', thresholdRange: { max: 1 } },
          templateRef: { name: 'chat', namespace: 'test' },
        },
      ],
      webhooks: [
        { name: 'load', type: 'rollout', url: `${address}/load` },
        { name: 'approval', type: 'confirm-promotion', url: `${address}/gate` },
        { name: 'by hand', type: 'confirm-rollout', url: '' },
      ] as const,
      alerts: [{ name: 'team', severity: 'info', providerRef: { name: 'chat' } }] as const,
    },
  }
}

test('each metric is asked once, with value, limit and verdict, and the canary stays as it is', async () => {
  const before = cluster.canary('busy')
  const { code, stdout, stderr } = await cluster.run('rehearse busy --now')
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 5))
  expect(rows.slice(0, 4)).toEqual([
    ['CHECK', 'KIND', 'VALUE', 'LIMIT', 'VERDICT'],
    ['request-success-rate', 'metric', '99.5%', '>= 99%', '✔ pass'],
    ['request-duration', 'metric', '900ms', '<= 500ms', '✖ fail'],
    ['budget', 'metric', '-', '<= 1', '✖ no data'],
  ])
  expect(asked.map(({ path }) => path)).toEqual(Array(3).fill('/api/v1/query'))
  expect(cluster.canary('busy')).toEqual(before)
})

test('in a run it is the canary that is measured, and else the primary, which is told', async () => {
  const line = '--check=request-success-rate -o json'
  const busy = await cluster.run(`rehearse busy ${line}`)
  expect(busy.code).toBe(0)
  expect(JSON.parse(busy.stdout)).toMatchObject({
    kind: 'CanaryRehearsal',
    checks: [{ name: 'request-success-rate', kind: 'metric', value: 99.5, verdict: 'pass' }],
  })
  expect(asked.at(-1)?.text).not.toContain('-primary')
  const idle = await cluster.run(`rehearse idle ${line}`)
  expect(idle.stderr).toContain('note: no run is under way: the primary is measured')
  expect(asked.at(-1)?.text).toContain('-primary')
  await cluster.run(`rehearse idle ${line} --against=canary`)
  expect(asked.at(-1)?.text).not.toContain('-primary')
})

test('hooks are called for who says yes, and one that says no fails', async () => {
  const unasked = await cluster.run('rehearse busy --hooks')
  expect(unasked).toMatchObject({ code: 2, stdout: '' })
  expect(unasked.stderr).toContain('pass --yes')
  expect(asked).toEqual([])
  const { code, stdout } = await cluster.run(
    'rehearse busy --hooks --check=request-success-rate --yes',
  )
  expect(code).toBe(3)
  expect(stdout).toMatch(/\nload +hook +- +- +✔ pass /)
  expect(stdout).toMatch(/\napproval +hook +- +- +✖ fail /)
  expect(asked.map(({ path }) => path)).toEqual(['/api/v1/query', '/load', '/gate'])
  expect(JSON.parse(asked[1]?.text ?? '')).toMatchObject({ name: 'busy', phase: 'Progressing' })
})

test('receivers of alerts get one message that says what it is', async () => {
  const line = 'rehearse busy --alerts --check=request-success-rate --yes'
  const { code, stdout } = await cluster.run(line)
  expect(code).toBe(0)
  expect(stdout).toMatch(/\nteam +alert +- +- +✔ pass /)
  const messages = asked.filter(({ path }) => path === '/chat')
  expect(messages).toHaveLength(1)
  expect(messages[0]?.text).toContain('TEST: sent by kubectl canary rehearse --alerts')
})

test('without a metrics server to ask, the receivers of alerts are asked all the same', async () => {
  const { analysis } = of()
  const metrics = analysis.metrics.slice(0, 1)
  cluster.put(canaryObject({ name: 'silent', analysis: { ...analysis, metrics } }))
  const { code, stdout, stderr } = await cluster.run('rehearse silent --alerts --yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^CHECK .*\nteam +alert +- +- +✔ pass .*\n$/)
  expect(stderr).toContain('note: the metrics server is not known here')
  expect(await cluster.run('rehearse silent --now')).toMatchObject({ code: 2, stdout: '' })
})

test('a server that does not answer is an error of the check, with the reason', async () => {
  const line = 'rehearse busy --check=request-success-rate --prometheus=http://127.0.0.1:1'
  const { code, stdout } = await cluster.run(line)
  expect(code).toBe(3)
  expect(stdout).toMatch(/ ✖ error /)
  expect(stdout).toContain(
    'request-success-rate: request failed: GET http://127.0.0.1:1: connection',
  )
})

test('what looks like a Service, and is none of the cluster, is asked from here', async () => {
  const line = 'rehearse busy --check=request-success-rate --prometheus=http://nosuch.invalid:1'
  const { code, stdout } = await cluster.run(line)
  expect(code).toBe(3)
  expect(stdout).toMatch(/request failed: GET http:\/\/nosuch\.invalid:1: /)
})

test.each([
  ['busy --check=nosuch', 'it has request-success-rate, request-duration, budget'],
  ['-f x.yaml --now', 'name a canary in place of -f'],
  ['busy idle --now', 'one Canary is asked for at a time'],
  ['busy --against=both', '"--against" flag'],
])('rehearse %s is wrong usage', async (words, text) => {
  const { code, stdout, stderr } = await cluster.run(`rehearse ${words}`)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(text)
})

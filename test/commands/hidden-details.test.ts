/**
 * One kind that the server does not give, or not in time: what it would have shown is left out with
 * a note, and only the Canary itself is worth an error.
 */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { CanaryDiagnosis } from '../../src/diagnosis/finding.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, inRun, virtualService, workloads } from './support/objects.ts'
import { runLines } from './support/run-lines.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const status = inRun()
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  const message = 'Advance podinfo.test canary weight 20'
  const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
  cluster.put(
    ...workloads({ name: 'podinfo', image: 'p:2', promoted: 'p:1', replicas: 2 }),
    virtualService('podinfo', 20),
    eventObject('podinfo', ago(5), { type: 'Normal', name: 'advance', message }),
    canaryObject({
      name: 'podinfo',
      status,
      analysis: { webhooks: [] },
      spec: { autoscalerRef: { ...autoscalerRef, name: 'podinfo' } },
    }),
  )
})
afterAll(() => cluster.close())

const failures = {
  denied: { status: 403, reason: 'Forbidden', message: 'forbidden' },
  broken: { status: 500, message: 'etcdserver: leader changed' },
  busy: { status: 503, reason: 'ServiceUnavailable', message: 'not now' },
} as const

const how = {
  denied: (request: string) => `no permission to ${request}`,
  broken: (request: string) => `${request} failed: 500 InternalError: etcdserver: leader changed`,
  busy: (request: string) => `${request} failed: 503 ServiceUnavailable: not now`,
}

const kinds = [
  ['pods', 'list pods'],
  ['events', 'list events'],
  ['deployments.apps', 'get deployments'],
  ['virtualservices.networking.istio.io', 'get virtualservices'],
  ['horizontalpodautoscalers.autoscaling', 'get horizontalpodautoscalers'],
] as const

/** What the commands say of it, as text and as documents. */
async function lookWithout(resource: string, failure: keyof typeof failures) {
  const end = cluster.server.fault((asked) =>
    asked.resource === resource ? failures[failure] : undefined,
  )
  onTestFinished(end)
  const lines = ['status', 'doctor'].flatMap((verb) =>
    [[], ['-o', 'json']].map((output) => ({
      words: [verb, 'podinfo', ...output],
      isTerminal: false,
    })),
  )
  return runLines(cluster, lines)
}

test.each(
  kinds.flatMap(([resource, request]) =>
    (['denied', 'broken', 'busy'] as const).map((failure) => [resource, failure, request]),
  ) as [string, keyof typeof failures, string][],
)(
  '%s that are %s: the rest is shown, and the request is named',
  async (resource, failure, request) => {
    const [shown, report, told, diagnosis] = await lookWithout(resource, failure)
    const note = how[failure](request)

    expect({ code: shown?.code, err: shown?.err }).toEqual({ code: 0, err: '' })
    expect(shown?.out).toContain('canary.flagger.app/podinfo')
    expect(shown?.out).toContain('step 4 of 10')
    expect(shown?.out).toContain(note)
    const { warnings, unread } = JSON.parse(report?.out ?? '') as CanaryReport
    expect(warnings.map(({ code, message }) => `${code} ${message}`).join('\n')).toContain(
      `CAN013 ${note}`,
    )
    expect(unread.map((one) => one.request)).toEqual([request])

    expect([0, 3]).toContain(told?.code)
    expect(told?.err).toBe('')
    expect(told?.out).toContain(`⚠ ${note}`)
    const { findings, checks } = JSON.parse(diagnosis?.out ?? '') as CanaryDiagnosis
    // What could not be looked at is neither missing nor wrong.
    expect(findings.map(({ code }) => code)).toEqual(
      ['CAN204'].concat(resource.startsWith('horizontal') ? [] : ['CAN308']),
    )
    expect(checks.filter(({ result }) => result === 'not-checked').map(({ code }) => code)).toEqual(
      blind[resource],
    )
  },
)

/** Checks that say nothing without that kind; of pods and events they only make evidence. */
const blind: Record<string, string[]> = {
  pods: [],
  events: [],
  'deployments.apps': ['CAN203', 'CAN301', 'CAN303', 'CAN304', 'CAN305', 'CAN306'],
  'virtualservices.networking.istio.io': ['CAN201', 'CAN202'],
  'horizontalpodautoscalers.autoscaling': ['CAN304', 'CAN308'],
}

test.each(Object.keys(failures) as (keyof typeof failures)[])(
  'a Canary that is %s is an error',
  async (failure) => {
    const answers = await lookWithout('canaries.flagger.app', failure)
    expect(answers.map(({ code, out }) => ({ code, out }))).toEqual(
      Array(4).fill({ code: 1, out: '' }),
    )
  },
)

test('a kind that never answers costs the time that was given, and nothing else', async () => {
  const end = cluster.server.fault(({ resource }) =>
    // Far longer than anybody waits; the connection ends with the client.
    resource === 'pods' ? { delayMs: 600_000 } : undefined,
  )
  onTestFinished(end)
  const lines = ['status podinfo', 'doctor podinfo']
  const [shown, told] = await Promise.all(
    lines.map((line) => cluster.run(`${line} --request-timeout=8s`)),
  )
  const note = '⚠ list pods failed: no answer within 8 s to GET /api/v1/namespaces/test/pods\n'
  expect(shown?.code).toBe(0)
  expect(shown?.stdout).toContain('canary weight 20')
  expect(shown?.stdout).toContain(note)
  expect(told?.code).toBe(3)
  expect(told?.stdout).toContain(note)
})

test('without a list of the other canaries nothing is said of rivals', async () => {
  const end = cluster.server.fault(({ resource, verb }) =>
    resource === 'canaries.flagger.app' && verb === 'list' ? failures.busy : undefined,
  )
  onTestFinished(end)
  const { code, stdout, stderr } = await cluster.run('doctor podinfo --all-checks')
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  const note = 'list canaries failed: 503 ServiceUnavailable: not now'
  expect(stdout).toContain(`• CAN007  not possible: ${note}`)
  expect(stdout).toContain(`⚠ ${note}`)
})

test('a list tells once what it could not read', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'events' ? failures.busy : undefined,
  )
  onTestFinished(end)
  const { code, stdout, stderr } = await cluster.run('list -o wide')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^podinfo +Progressing/m)
  expect(stderr).toBe('note: list events failed: 503 ServiceUnavailable: not now\n')
})

test('a doctor lists every check when it is asked to', async () => {
  const [short, long] = await Promise.all([
    cluster.run('doctor podinfo'),
    cluster.run('doctor podinfo --all-checks'),
  ])
  expect(short?.stdout).not.toContain('CAN101')
  expect(long?.stdout).toContain('✔ CAN101  it waits at no gate\n')
  expect(long?.code).toBe(short?.code)
})

test.each(Object.keys(failures) as (keyof typeof failures)[])(
  'a target that is %s is not called missing',
  async (failure) => {
    const end = cluster.server.fault(({ resource }) =>
      resource === 'deployments.apps' ? failures[failure] : undefined,
    )
    onTestFinished(end)
    const of = (...words: string[]) => ({ words, isTerminal: false })
    const [told] = await runLines(cluster, [of('explain', 'podinfo')])
    expect(told?.out).toContain('test/podinfo   Progressing')
    expect(told?.out).not.toMatch(/Target is gone|not found|missing/)
    expect(told?.err).toBe(`note: ${how[failure]('get deployments')}\n`)
    if (failure !== 'denied') return
    cluster.put(canaryObject({ name: 'bare', status }))
    const [diff] = await runLines(cluster, [of('diff', 'bare')])
    expect(diff).toMatchObject({
      ...{ code: 7, out: '' },
      err: 'error: canary.flagger.app/bare: no permission to get deployments\n',
    })
  },
)

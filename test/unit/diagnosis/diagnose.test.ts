import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { widthOf } from '../../../commands/output/clean.ts'
import { createStyle } from '../../../commands/output/style.ts'
import { diagnosisLines } from '../../../commands/output/views/diagnosis-view.ts'
import { commands } from '../../../commands/registry.gen.ts'
import type { CanaryStatus, CheckResult } from '../../../src/canary/api.gen.ts'
import { diagnose, diagnosisRules } from '../../../src/diagnosis/diagnose.ts'
import type { CanaryOptions } from '../../support/canary-object.ts'
import { workloadObjects } from '../../support/workload-objects.ts'
import { before, now } from '../commands/builders.ts'
import { facts, type GivenFacts, well } from './facts.ts'

const run = well.canaryAnalysis
const withRun = (of: object, more: CanaryStatus = {}): CanaryStatus => ({
  ...well,
  ...more,
  canaryAnalysis: { ...run, ...of },
})
const metric = (of: Partial<CheckResult>) =>
  withRun(
    { checks: [{ name: 'request-duration', kind: 'metric', ok: false, failed: 1, ...of }] },
    { failedChecks: 1 },
  )
const failed = (of: object): CanaryStatus => ({
  ...{ phase: 'Failed', lastTransitionTime: before(90) },
  history: [{ id: 12, result: 'Failed', reason: 'too many failed', endedAt: before(90), ...of }],
})
const restarted = { result: 'Restarted' as const, reason: 'the target changed' }
const pod = { name: 'podinfo-x', reason: 'ImagePullBackOff', message: 'no such image' }
const deployment = (name: string, ready: number) => {
  const made = workloadObjects({ name, image: 'x:1', replicas: 2, hash: 'h' }).deployment
  return { ...made, status: { ...made.status, readyReplicas: ready } }
}
const gate = { type: 'confirm-promotion', name: 'promotion gate', since: before(60) } as const

const judged = (delay: string): CanaryOptions => ({
  analysis: { judge: { delay }, metrics: [{ name: 'request-success-rate' }] },
})

/** How each is provoked; the commands are a part of what mends it. */
const cases: Record<string, GivenFacts & { does?: string }> = {
  CAN002: {
    status: { ...withRun({ nextTickAt: before(4000) }), lastTransitionTime: before(4000) },
    does: 'kubectl canary check',
  },
  CAN003: {
    canary: {
      metadata: {
        managedFields: ['flagger', 'canary-controller'].map((manager) => ({
          ...{ manager, subresource: 'status', time: before(60) },
        })),
      },
    },
  },
  CAN004: { status: { ...well, controller: 'flagger/1.44.0' } },
  CAN005: {
    canary: {
      annotations: {
        'flagger.app/promote': JSON.stringify({ id: 'x', by: 'bob', at: before(60) }),
      },
    },
  },
  CAN006: {
    status: withRun({ paused: { since: before(60), by: 'bob' } }),
    does: 'kubectl canary resume podinfo',
  },
  CAN007: { facts: { rivals: ['other'] } },
  CAN101: {
    status: withRun({ gate }, { phase: 'WaitingPromotion' }),
    does: 'kubectl canary promote podinfo',
  },
  CAN102: {
    status: withRun({
      checks: [{ name: 'load-test', kind: 'webhook', ok: false, failed: 1, error: '503' }],
    }),
  },
  CAN103: {
    canary: {
      analysis: { webhooks: [{ name: 'load', type: 'rollout', url: 'http://x', timeout: '2m' }] },
    },
  },
  CAN104: { status: metric({ error: 'no values found for metric request-duration' }) },
  CAN105: { status: metric({ error: 'request failed: 503 Service Unavailable' }) },
  CAN106: { status: metric({ failed: 5 }) },
  CAN107: {
    status: metric({ error: 'no values found' }),
    canary: { analysis: { webhooks: [] } },
  },
  CAN108: {
    facts: { faults: [{ message: 'metrictemplate x not found; create it', isFatal: true }] },
  },
  CAN109: {
    status: metric({ value: 512, unit: 'ms', max: 500 }),
    does: 'kubectl canary abort podinfo',
  },
  CAN110: { facts: { problems: ['spec.service.port is missing'] } },
  CAN111: {
    facts: { faults: [{ message: 'spec.analysis.interval is too short', isFatal: false }] },
  },
  CAN112: {
    canary: judged('5s'),
    facts: { lag: { metric: 'errors', ageSeconds: 42.3, everySeconds: 15 } },
    does: 'set spec.analysis.judge.delay to 50s',
  },
  CAN201: { seen: { routes: { primary: 100, canary: 0, mirrored: false } } },
  CAN202: { seen: { routes: undefined, route: undefined } },
  CAN203: {
    seen: { target: deployment('podinfo', 0), targetPods: [] },
    does: 'kubectl canary abort podinfo',
  },
  CAN204: { facts: { missingKinds: ['VirtualService (networking.istio.io/v1beta1)'] } },
  CAN301: {
    seen: { target: deployment('podinfo', 1), targetPods: [] },
    does: 'kubectl describe deployment podinfo',
  },
  CAN302: {
    status: failed({ deadlineSeconds: 600, pods: [pod] }),
    does: 'kubectl canary undo podinfo',
  },
  CAN303: { seen: { primary: deployment('podinfo-primary', 1), primaryPods: [] } },
  CAN304: {
    seen: {
      primary: deployment('podinfo-primary', 1),
      autoscaler: { kind: 'X', name: 'hpa', min: 1, max: 9, current: 5, createdAt: null },
    },
  },
  CAN305: { seen: { target: undefined }, does: 'kubectl get deployment' },
  CAN306: {
    facts: { primary: { name: 'p', managedFields: [{ manager: 'kustomize-controller' }] } },
  },
  CAN307: { status: { ...well, askedReplicas: { at: before(60), message: 'replicas 3 at rest' } } },
  CAN308: {
    facts: { scalerFaults: ['ScaledObject podinfo.test scales StatefulSet a; correct its spec'] },
  },
  CAN401: {
    status: { ...well, history: [1, 2].map((id) => ({ id, ...restarted })) },
    does: 'kubectl canary history podinfo',
  },
  CAN403: { status: failed({}), does: 'kubectl canary retry podinfo' },
  CAN501: {
    canary: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          metadata: { annotations: { 'flagger.app/abort': 'true' } },
        }),
      },
    },
  },
}

test('every rule is provoked here', () => {
  expect(diagnosisRules.map(({ code }) => code).sort()).toEqual(Object.keys(cases).sort())
})

test.each(Object.entries(cases))('%s is found, with what mends it', (code, { does, ...given }) => {
  const found = diagnose(facts(given)).findings.find((one) => one.code === code)
  expect(found).toMatchObject({
    severity: diagnosisRules.find((one) => one.code === code)?.severity,
  })
  if (does) expect(found?.actions).toContain(does)
})

test('every command that mends something is one that the plugin takes as it stands', async () => {
  const all = Object.values(cases).flatMap(
    ({ does: _, ...given }) => diagnose(facts(given)).findings,
  )
  const told = all
    .flatMap(({ actions }) => actions)
    .filter((one) => one.includes('kubectl canary '))
  for (const line of new Set(told)) {
    const [verb = '', ...words] = line.replace(/^.*kubectl canary /, '').split(' ')
    const of = await commands[verb]?.load()
    const { args, flags } = (of ?? {}) as { args?: object; flags?: object }
    expect(of, line).toBeDefined()
    if (words.some((word) => !word.startsWith('-'))) expect(args, line).not.toEqual({})
    for (const [, flag = ''] of line.matchAll(/ --([a-z-]+)/g))
      expect(flags, line).toHaveProperty(flag)
  }
})

test('pods that no node takes are missed, though none is wanted', () => {
  const why = 'daemonset not ready: no node fits it'
  const none = (name: string) => ({ ...deployment(name, 0), spec: { replicas: 0 } })
  const found = (given: GivenFacts) =>
    diagnose(facts(given)).findings.map(({ code, evidence }) => [code, ...evidence])
  const primary = { primary: none('podinfo-primary'), primaryPods: [] }
  expect(found({ seen: primary })).toEqual([])
  expect(found({ seen: primary, facts: { notReady: { primary: why } } })).toEqual([['CAN303', why]])
  const target = { target: none('podinfo'), targetPods: [] }
  expect(found({ seen: target, facts: { notReady: { canary: why } } })).toEqual([
    ['CAN203', why],
    ['CAN301', why],
  ])
})

test('where all is well nothing is found', () => {
  const { findings, passed, next } = diagnose(facts())
  expect({ findings, passed, next }).toEqual({
    findings: [],
    passed: diagnosisRules.length,
    next: null,
  })
  const idle: CanaryStatus = { phase: 'Succeeded', lastTransitionTime: before(90_000) }
  expect(diagnose(facts({ status: idle })).findings).toEqual([])
})

test.each([
  ['as old as the time between two', { ageSeconds: 16, everySeconds: 15 }, '0s'],
  ['younger than the delay of the judge', { ageSeconds: 42, everySeconds: 15 }, '1m'],
])('samples that are %s come in time', (_, lag, delay) => {
  const given = { canary: judged(delay), facts: { lag: { metric: 'errors', ...lag } } }
  expect(diagnose(facts(given)).findings).toEqual([])
})

test('what may not be read is no finding', () => {
  const seen = { target: undefined, primary: undefined, isComplete: false }
  const workloads = { kind: 'Deployment', request: 'get deployments', why: null }
  const given = { seen, facts: { hidden: { workloads }, unread: [workloads] } }
  const { findings, notChecked, checks, passed, unread } = diagnose(facts(given))
  expect(findings).toEqual([])
  expect(notChecked).toContain('CAN301: no permission to get deployments')
  expect(passed + notChecked.length).toBe(diagnosisRules.length)
  expect(checks.find(({ code }) => code === 'CAN301')).toEqual({
    ...{ code: 'CAN301', well: 'pods of the canary are ready', result: 'not-checked' },
    why: 'no permission to get deployments',
  })
  expect(unread).toEqual([workloads])
})

test('of what can be read in part, a finding is told, and nothing found says nothing', () => {
  const references = { kind: 'Secret', request: 'get secrets', why: '503: not now' }
  const part = { hidden: { references }, unread: [references] }
  expect(diagnose(facts({ facts: part })).notChecked).toContain(
    'CAN108: get secrets failed: 503: not now',
  )
  const faults = [{ message: 'metrictemplate test/latency not found', isFatal: true }]
  const { findings, notChecked } = diagnose(facts({ facts: { ...part, faults } }))
  expect(findings.map(({ code }) => code)).toEqual(['CAN108'])
  expect(notChecked.join()).not.toContain('CAN108')
})

test('every rule says what holds where it finds nothing, in words of its own', () => {
  const texts = diagnosisRules.map(({ well }) => well)
  expect(new Set(texts).size).toBe(texts.length)
  const { checks } = diagnose(facts())
  expect(checks.map(({ code }) => code)).toEqual(diagnosisRules.map(({ code }) => code).sort())
})

test('what comes next is told', () => {
  expect(diagnose(facts({ status: metric({ value: 512, max: 500 }) })).next).toBe(
    '1 of 5 checks failed; 4 more, and the run is rolled back (about 4m)',
  )
})

test('docs/cli.md lists every rule', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
  for (const { code, severity } of diagnosisRules)
    expect(page, code).toContain(`| ${code} | ${severity} |`)
})

const style = createStyle({ color: false, ascii: false })

test.each([60, 80, 120, 200])('the text fits %i columns, but for commands', (width) => {
  const given = facts({ status: metric({ error: 'no values found'.padEnd(200, ' x') }) })
  const lines = diagnosisLines(diagnose(given), { style, width, now })
  const texts = lines.filter((line) => !line.includes('kubectl '))
  for (const line of texts) expect(widthOf(line)).toBeLessThanOrEqual(width)
  expect(lines[0]).toBe('test/podinfo   Progressing at weight 20')
  expect(lines.join('\n')).toMatch(/✖ CAN104 {2}request-duration has no data\n {4}seen {4}/)
})

import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readDocuments } from '../../../commands/linting/documents.ts'
import { githubText, lintText, sarifOf } from '../../../commands/linting/print.ts'
import { createStyle } from '../../../commands/output/style.ts'
import { lint } from '../../../src/lint/lint.ts'

const now = new Date('2026-11-20T14:00:00Z')

/** A sound Canary, with other lines in some places. */
function manifest(of: { meta?: string; spec?: string; analysis?: string; service?: string } = {}) {
  const {
    meta = '',
    spec = '',
    service = 'port: 9898',
    analysis = 'stepWeight: 10\n    maxWeight: 50',
  } = of
  return `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: podinfo
  namespace: test
${meta}spec:
  provider: istio
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: podinfo
  service:
    ${service}
${spec}  analysis:
    interval: 1m
    threshold: 5
    ${analysis}
`
}
const check = (...texts: string[]) =>
  lint(
    texts.flatMap((text) => readDocuments({ from: 'canary.yaml', text })),
    { now, skip: [] },
  )
const codes = (...texts: string[]) => check(...texts).findings.map(({ code }) => code)
const object = (kind: string, spec: string, name = 'podinfo') =>
  `kind: ${kind}\napiVersion: v1\nmetadata:\n  name: ${name}\nspec:\n${spec}`

test('a sound manifest has no findings', () => {
  expect(check(manifest())).toMatchObject({
    ...{ findings: [], counts: { documents: 1, canaries: 1, errors: 0, warnings: 0 } },
  })
})

test('a finding has its line and column, and the text of what the controller would say', () => {
  const { findings } = check(manifest({ analysis: 'stepWeights: [10, 30, 20]' }))
  expect(findings).toEqual([
    {
      ...{ code: 'LNT012', severity: 'error', file: 'canary.yaml', line: 17, column: 5 },
      ...{ path: 'spec.analysis.stepWeights', object: 'canary podinfo' },
      message: 'spec.analysis.stepWeights has 20 after 30; list growing weights',
    },
  ])
})

test.each([
  ['LNT001', manifest({ analysis: 'stepWeight: 10\n    maxWait: 50' })],
  ['LNT001', manifest().replace('v1beta1', 'v2')],
  ['LNT002', manifest().replace('  analysis:', '  canaryAnalysis:')],
  ['LNT003', manifest({ service: 'timeout: 1s' })],
  ['LNT004', manifest().replace('provider: istio', 'provider: isto')],
  ['LNT010', manifest().replace('interval: 1m', 'interval: 1s')],
  ['LNT011', manifest({ analysis: 'stepWeight: 0' })],
  ['LNT012', manifest({ analysis: 'stepWeights: []\n    iterations: 2' })],
  ['LNT013', manifest({ analysis: 'stepWeight: 10\n    stepWeights: [10, 20]' })],
  ['LNT014', manifest({ analysis: 'stepWeight: 10\n    maxWeight: 5' })],
  ['LNT014', manifest({ analysis: 'stepWeight: 10\n    maxWeight: 101' })],
  ['LNT015', manifest().replace('    threshold: 5\n', '')],
  ['LNT018', manifest().replace('provider: istio', 'provider: kubernetes')],
  ['LNT021', manifest({ analysis: 'stepWeight: 20\n    maxWeight: 50' })],
  ['LNT022', manifest({ analysis: 'iterations: 2000' })],
  ['LNT031', manifest({ analysis: 'stepWeight: 10\n    metrics:\n    - name: latency' })],
  ['LNT042', manifest({ analysis: hookLines('rollout', 'http://x', '2m') })],
  ['LNT041', manifest({ analysis: hookLines('rollout', 'loadtester', '5s') })],
  ['LNT041', manifest({ analysis: hookLines('rolout', 'http://x', '5s') })],
  ['LNT043', manifest({ analysis: metricLines('request-success-rate', 'min: 99') })],
  ['LNT032', manifest({ analysis: metricLines('request-success-rate', 'min: 99, max: 9') })],
  ['LNT081', manifest({ analysis: judged('{limit: 5m}') })],
  ['LNT081', manifest({ analysis: judged('{ignoreBelow: 5}') })],
  ['LNT081', manifest({ analysis: `${judged('{}', 'request-duration', 'max: 700')}` })],
  [
    'LNT082',
    manifest({
      analysis: `iterations: 5\n    match: [{headers: {x-canary: {exact: insider}}}]\n    judge: {}\n    metrics: [{name: request-success-rate, thresholdRange: {min: 99}}]`,
    }),
  ],
  ['LNT071', manifest({ meta: '  annotations:\n    flagger.app/promote: "true"\n' })],
  ['LNT072', manifest({ spec: '  suspend: true\n' })],
  ['LNT061', manifest({ analysis: `stepWeight: 10\n    ${affinity('flagger', 'flagger')}` })],
  [
    'LNT090',
    manifest({ analysis: `stepWeight: 10\n    ${affinity('f', 'p')}` }).replace('istio', 'skipper'),
  ],
])('%s is found', (code, text) => {
  expect(codes(text)).toContain(code)
})

function affinity(cookieName: string, primaryCookieName: string): string {
  return `sessionAffinity: {cookieName: ${cookieName}, primaryCookieName: ${primaryCookieName}}`
}

test('a variable that no metric gives is an error of the template that asks for it', () => {
  const template = `---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: errors, namespace: test}
spec:
  provider: {type: prometheus, address: http://prometheus:9090}
  query: sum(errors{team="{{ variables.team }}"})
`
  const metric = '{name: errors, templateRef: {name: errors}, thresholdRange: {max: 1}}'
  const text = manifest({ analysis: `stepWeight: 10\n    metrics: [${metric}]` })
  expect(check(text, template).findings).toMatchObject([
    { code: 'LNT034', severity: 'error', object: 'canary podinfo', line: 18 },
  ])
})

function hookLines(type: string, url: string, timeout: string): string {
  return `stepWeight: 10\n    webhooks:\n    - {name: load, type: ${type}, url: '${url}', timeout: ${timeout}}`
}

function judged(judge: string, name = 'request-success-rate', range = 'min: 99'): string {
  return `${metricLines(name, range)}\n    judge: ${judge}`
}

test.each([
  [judged('{}')],
  [judged('{}', 'request-duration', 'max: 500')],
  [judged('{limit: 15m}')],
])('a judge that can decide has nothing to be told: %s', (analysis) => {
  expect(codes(manifest({ analysis })).filter((code) => code.startsWith('LNT08'))).toEqual([])
})

function metricLines(name: string, range: string): string {
  return `stepWeight: 10\n    metrics:\n    - {name: ${name}, interval: 1m, thresholdRange: {${range}}}`
}

test('an A/B test without iterations, and mirroring where there is none', () => {
  const match = 'match:\n    - headers:\n        x-canary: {exact: insider}'
  expect(codes(manifest({ analysis: match }))).toContain('LNT016')
  const mirror = manifest({ analysis: 'stepWeight: 10\n    mirror: true' })
  expect(codes(mirror.replace('provider: istio', 'provider: nginx'))).toContain('LNT017')
})

test('a Canary is held to the objects beside it', () => {
  const deployment = object(
    'Deployment',
    '  replicas: 2\n  selector: {matchLabels: {role: x}}\n  template: {spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}}',
  )
  const scaler = object(
    'HorizontalPodAutoscaler',
    '  scaleTargetRef: {kind: Deployment, name: podinfo}',
  )
  const found = codes(manifest(), deployment, scaler, object('Service', '  ports: []'))
  expect(found).toEqual(['LNT051', 'LNT052', 'LNT053', 'LNT054', 'LNT055'])
  const elsewhere = deployment.replace('metadata:', 'metadata:\n  namespace: other')
  expect(codes(manifest(), elsewhere)).toEqual([])
})

const pods = 'selector: {matchLabels: {app: x}}\n  template: {spec: {containers: [{name: a}]}}'
const scaledBy = (kind: string, apiVersion: string) =>
  manifest({ spec: `  autoscalerRef: {apiVersion: ${apiVersion}, kind: ${kind}, name: podinfo}\n` })
const hpaOf = (target: string) =>
  object(
    'HorizontalPodAutoscaler',
    `  maxReplicas: 3\n  scaleTargetRef: {kind: Deployment, name: ${target}}`,
  )

test.each([
  [
    'LNT056',
    'statefulset podinfo.test must have RollingUpdate strategy but have OnDelete; set its spec.updateStrategy.type to RollingUpdate',
    [
      manifest().replace('kind: Deployment', 'kind: StatefulSet'),
      object('StatefulSet', `  updateStrategy: {type: OnDelete}\n  ${pods}`),
    ],
  ],
  [
    'LNT056',
    'daemonset podinfo.test must have RollingUpdate strategy but have OnDelete; set its spec.updateStrategy.type to RollingUpdate',
    [
      manifest().replace('kind: Deployment', 'kind: DaemonSet'),
      object('DaemonSet', `  updateStrategy: {type: OnDelete}\n  ${pods}`),
    ],
  ],
  [
    'LNT057',
    'HorizontalPodAutoscaler podinfo.test scales Deployment other, and not Deployment podinfo; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef',
    [scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2'), hpaOf('other')],
  ],
  [
    'LNT057',
    'ScaledObject podinfo.test scales StatefulSet podinfo, and not Deployment podinfo; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef',
    [
      scaledBy('ScaledObject', 'keda.sh/v1alpha1'),
      object('ScaledObject', '  scaleTargetRef: {kind: StatefulSet, name: podinfo}'),
    ],
  ],
  [
    'LNT057',
    'HorizontalPodAutoscaler podinfo.test get query error: horizontalpodautoscalers.autoscaling "podinfo" not found; create it, or remove spec.autoscalerRef',
    [scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2'), object('Deployment', `  ${pods}`)],
  ],
  [
    'LNT058',
    'spec.autoscalerRef.apiVersion autoscaling/v2beta2 is read as autoscaling/v2: since Kubernetes 1.26 no server has it; set it to autoscaling/v2',
    [scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2beta2'), hpaOf('podinfo')],
  ],
  [
    'LNT059',
    'spec.autoscalerRef HorizontalPodAutoscaler/podinfo is that of canary podinfo.test already; give each target an autoscaler of its own',
    [
      scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2'),
      scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2').replaceAll(
        ' name: podinfo\n',
        ' name: shop\n',
      ),
    ],
  ],
])('%s is found beside target and autoscaler: %s', (code, message, texts) => {
  expect(check(...texts).findings).toContainEqual(expect.objectContaining({ code, message }))
})

test('an autoscaler that fits is nothing to tell, and one that only the cluster has neither', () => {
  const canary = scaledBy('HorizontalPodAutoscaler', 'autoscaling/v2')
  expect(codes(canary, object('Deployment', `  ${pods}`), hpaOf('podinfo'))).toEqual([])
  expect(codes(canary)).toEqual([])
})

test('a template is looked for in the files, and offline it may be elsewhere', () => {
  const metrics =
    'stepWeight: 10\n    metrics:\n    - {name: errors, templateRef: {name: errors}, thresholdRange: {max: 1}}'
  const text = manifest({ analysis: metrics })
  expect(check(text).findings).toMatchObject([{ code: 'LNT033', severity: 'warning' }])
  const template = `apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: {name: errors, namespace: test}
spec: {provider: {type: prometheus, address: 'http://prometheus:9090'}, query: 'up'}
`
  expect(codes(text, template)).toEqual([])
  const live = { now, skip: [], live: () => undefined }
  const documents = readDocuments({ from: 'canary.yaml', text })
  expect(lint(documents, live).findings).toMatchObject([{ code: 'LNT033', severity: 'error' }])
})

test('lists are unfolded, several documents read, other kinds left out, codes skipped', () => {
  const list = `kind: List\napiVersion: v1\nitems:\n- ${manifest({ spec: '  suspend: true\n' }).trim().replaceAll('\n', '\n  ')}\n`
  const [finding] = check(list).findings
  expect(finding).toMatchObject({ code: 'LNT072', line: 17, column: 5 })
  const text = `# Source: chart/canary.yaml\n---\n${manifest()}---\nkind: ConfigMap\n---\n`
  expect(check(text).counts).toMatchObject({ documents: 2, canaries: 1 })
  const documents = readDocuments({ from: 'x', text: list })
  expect(lint(documents, { now, skip: ['LNT072'] }).findings).toEqual([])
})

const merged = `apiVersion: flagger.app/v1beta1
kind: CanaryList
items:
- &one
  apiVersion: flagger.app/v1beta1
  kind: Canary
  metadata: {name: one}
  spec:
    provider: istio
    skipAnalysis: yes
    targetRef: {apiVersion: apps/v1, kind: Deployment, name: one}
    service: {port: 80}
    analysis: &usual
      interval: 1m
      threshold: 5
      stepWeight: 20
      maxWeight: 50
- <<: *one
  metadata: {name: two}
  spec:
    provider: istio
    targetRef: {apiVersion: apps/v1, kind: Deployment, name: two}
    service: {port: 80}
    analysis:
      <<: [*usual]
      maxWaight: 40
`

test('anchors, merged maps and the words of older YAML are read as kubectl reads them', () => {
  const told = check(merged).findings.map(
    ({ code, object, line, column }) => `${line}:${column} ${code} ${object}`,
  )
  expect(told).toEqual([
    '17:7 LNT021 canary one',
    '10:5 LNT072 canary one',
    '26:7 LNT001 canary two',
    // In what it merges.
    '17:7 LNT021 canary two',
  ])
})

test('a key that stands twice is found where it stands, and the last one counts', () => {
  const twice = manifest({
    analysis: 'stepWeight: 10\n    maxWeight: 20\n    maxWeight: 50\n    threshold: 7',
  })
  const other = object('ConfigMap', '  replicas: 1\n  replicas: 2')
  const { findings } = check(`${other}\n---\n${twice}`)
  const message = 'this key stands twice in one map, and only the last one counts; remove one'
  expect(findings).toMatchObject([
    { code: 'LNT001', line: 27, column: 5, object: 'canary podinfo', message },
    { code: 'LNT001', line: 28, column: 5, message },
  ])
})

test.each([
  ['a byte order mark', (text: string) => `\ufeff${text}`],
  ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
  ['JSON', (text: string) => JSON.stringify(parse(text))],
  ['JSON of kubectl get', (text: string) => JSON.stringify(asServed(parse(text)))],
  [
    'Windows line ends and a byte order mark',
    (text: string) => `\ufeff${text}`.replaceAll('\n', '\r\n'),
  ],
])('a sound manifest is sound with %s', (_what, change) => {
  expect(check(change(manifest()))).toMatchObject({
    ...{ findings: [], counts: { documents: 1, canaries: 1 } },
  })
})

/** With what a server adds. */
function asServed(canary: { metadata: object }): object {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
  const managedFields = [{ manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': {} } }]
  const identity = { uid: 'x', resourceVersion: '7', generation: 1, creationTimestamp: null }
  const metadata = { ...canary.metadata, ...identity, annotations, managedFields }
  const status = { phase: 'Progressing', canaryWeight: 10, conditions: [] }
  const items = [{ ...canary, metadata, status }]
  return { apiVersion: 'v1', kind: 'List', items, metadata: { resourceVersion: '' } }
}

test('two canaries on one line of JSON are told of both', () => {
  const one = parse(manifest({ analysis: 'stepWeight: 20\n    maxWeight: 50' }))
  const targetRef = { ...one.spec.targetRef, name: 'two' }
  const two = { ...one, metadata: { name: 'two' }, spec: { ...one.spec, targetRef } }
  const found = check(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [one, two] }))
  expect(found.findings.map(({ code, object: of }) => `${code} ${of}`)).toEqual([
    'LNT021 canary podinfo',
    'LNT021 canary two',
  ])
})

test('what is no YAML is said with its line', () => {
  expect(() => readDocuments({ from: 'a.yaml', text: 'a: b\nc: [' })).toThrow(
    /^error: a\.yaml:2:5 is no YAML: /,
  )
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[at]}`)}]`)
    .join('\n')}`
  expect(() => readDocuments({ from: 'a.yaml', text: bomb })).toThrow(/is no YAML/)
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  expect(() => readDocuments({ from: 'a.yaml', text: deep })).toThrow(
    /is no YAML: lists and maps are too deep in one another/,
  )
})

test('whatever stands in a manifest, lint has an answer', () => {
  const odd = [
    'null',
    '[]',
    '1',
    'x: 1',
    'kind: Canary',
    'kind: 1',
    'apiVersion: flagger.app/v1beta1',
  ]
  const ours = 'apiVersion: flagger.app/v1beta1\nkind: Canary\n'
  const more = [
    'metadata: 1',
    'metadata: {name: x}',
    'metadata: {name: x}\nspec: []',
    'metadata: {name: x}\nspec: {analysis: {metrics: 5, webhooks: [null, 1]}}',
  ]
  for (const text of [...odd, ...more.map((end) => ours + end)])
    expect(check(text).counts.documents).toBeLessThanOrEqual(1)
})

const style = createStyle({ color: false, ascii: false })

test('findings are told as text, to workflows, and as SARIF', () => {
  const result = check(manifest({ analysis: 'stepWeight: 20\n    maxWeight: 50' }))
  expect(lintText(result, style)).toBe(
    'canary.yaml:18:5: warning LNT021 canary podinfo: spec.analysis.maxWeight 50 is no multiple of stepWeight 20: the last weight is 60\n1 document, 1 canary, 0 errors, 1 warning\n',
  )
  expect(githubText(result)).toBe(
    '::warning file=canary.yaml,line=18,col=5,title=LNT021::spec.analysis.maxWeight 50 is no multiple of stepWeight 20: the last weight is 60\n',
  )
  expect(sarifOf(result, 'v0.1.0')).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kubectl-canary', version: '0.1.0', rules: [{ id: 'LNT021' }] } },
        results: [
          {
            ruleId: 'LNT021',
            level: 'warning',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'canary.yaml' },
                  region: { startLine: 18, startColumn: 5 },
                },
              },
            ],
          },
        ],
      },
    ],
  })
})

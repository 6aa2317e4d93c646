import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { measuringProvider, metricsSource } from '../../../src/metrics/builtin.ts'
import type { MetricCheck } from '../../../src/metrics/checks.ts'
import { judge } from '../../../src/metrics/judge.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { checksFor } from '../../../src/routers/index.ts'
import { firstRequest } from '../../support/conversations.ts'
import { checksOf, never, only } from './asked.ts'
import { canary, secret, template } from './builders.ts'

/** A template as stored, whatever its spec. */
const stored = (name: string, spec: unknown): KubeObject & { spec: unknown } => ({
  ...template(name, ''),
  spec,
})

const golden = JSON.parse(
  readFileSync(new URL('goldens/queries.json', import.meta.url), 'utf8'),
) as Record<string, [string, string]>

/** Their routes have the name of the apex Service; Flagger asks for that of the target. */
const byService = ['apisix', 'gloo', 'kuma', 'traefik']

test.each(Object.entries(golden))('the queries of %s are the known ones', (name, known) => {
  const observer = checksFor(name === 'podHttp' ? 'kubernetes' : name)
  const want = known.map((query) =>
    byService.includes(name) ? query.replaceAll('{{ target }}-', '{{ service }}-') : query,
  )
  expect([observer.successRate, observer.duration]).toEqual(want)
})

test.each([
  [{}, 'istio', 'istio', 'istio'],
  [{ provider: 'nginx' }, 'istio', 'nginx', 'nginx'],
  [{ provider: 'nginx' }, 'linkerd', 'linkerd', 'linkerd'],
  [{}, 'smi:crossover', 'crossover', 'istio'],
  [{ provider: 'appmesh:v1beta2' }, 'istio', 'appmesh:v1beta2', 'appmesh'],
  [{ provider: 'gatewayapi:v1' }, 'istio', 'gatewayapi:v1', 'kubernetes'],
  [{ provider: 'kubernetes' }, 'istio', 'kubernetes', 'kubernetes'],
  [{ provider: 'smi:v1alpha2' }, 'istio', 'smi:v1alpha2', 'istio'],
  [
    { provider: 'contour', targetRef: { apiVersion: 'v1', kind: 'Service', name: 'x' } },
    'istio',
    'contour:service',
    'contour',
  ],
])('%j in mesh %s is measured as %s', (spec, mesh, name, observer) => {
  expect(metricsSource(canary([], spec), mesh)).toBe(name)
  expect(checksFor(measuringProvider(canary([], spec), mesh))).toBe(checksFor(observer))
})

/** The rendered query, and the request that it leads to. */
function asked(check: MetricCheck) {
  const question = check.ask()
  if ('problem' in question) throw new Error(question.problem)
  return { query: question.query, request: firstRequest(question.talk) }
}

test('own checks run before those of templates', () => {
  const metrics = [
    { name: 'a', templateRef: { name: 't' } },
    { name: 'request-duration', query: 'x', templateRef: { name: 't' } },
    { name: 'none' },
    { name: 'q', query: 'x' },
  ]
  expect(checksOf(metrics).map(({ metric, kind }) => `${metric.name} ${kind}`)).toEqual([
    'request-duration request-duration',
    'request-duration inline',
    'q inline',
    'a template',
    'request-duration template',
    'none template',
  ])
})

test('a template is rendered with the names of the canary', () => {
  const query =
    'latency{ns="{{ namespace }}",t="{{ target }}",s="{{ service }}",i="{{ ingress }}",r="{{ route }}",v="{{ variables.env }}"}[{{ interval }}]'
  const metric = {
    name: 'latency',
    templateRef: { name: 'latency' },
    templateVariables: { env: 'prod' },
  }
  expect(asked(only(metric, [template('latency', query)]))).toMatchObject({
    query: 'latency{ns="test",t="podinfo",s="podinfo",i="podinfo",r="podinfo",v="prod"}[1m]',
    request: {
      url: 'http://prom/api/v1/query?query=latency%7Bns%3D%22test%22%2Ct%3D%22podinfo%22%2Cs%3D%22podinfo%22%2Ci%3D%22podinfo%22%2Cr%3D%22podinfo%22%2Cv%3D%22prod%22%7D%5B1m%5D',
      timeoutMs: 5000,
    },
  })
})

test('a built-in query is encoded as it always was', () => {
  const check = only({ name: 'request-success-rate' }, [], { provider: 'kubernetes' })
  expect(asked(check)).toMatchObject({
    request: {
      url: 'http://prometheus:9090/api/v1/query?query=+sum%28+rate%28+http_request_duration_seconds_count%7B+kubernetes_namespace%3D%22test%22%2C+kubernetes_pod_name%3D~%22podinfo-%5B0-9a-zA-Z%5D%2B%28-%5B0-9a-zA-Z%5D%2B%29%22%2C+status%21~%225.%2A%22+%7D%5B1m%5D+%29+%29+%2F+sum%28+rate%28+http_request_duration_seconds_count%7B+kubernetes_namespace%3D%22test%22%2C+kubernetes_pod_name%3D~%22podinfo-%5B0-9a-zA-Z%5D%2B%28-%5B0-9a-zA-Z%5D%2B%29%22+%7D%5B1m%5D+%29+%29+%2A+100',
    },
  })
})

test('names in routes of Skipper are plain', () => {
  const spec = {
    provider: 'skipper',
    ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'skipper-ingress' },
  }
  expect(asked(only({ name: 'request-duration' }, [], spec))).toMatchObject({
    query: expect.stringContaining(
      'kube(ew)?_test__skipper_ingress_canary__.*__podinfo_canary(_[0-9]+)?',
    ),
  })
})

test.each<[string, object, KubeObject[], string]>([
  [
    'nothing',
    { name: 'x' },
    [],
    'Metric query failed for x: no usable metrics template and query were configured',
  ],
  [
    'no template',
    { name: 'x', templateRef: { name: 't' } },
    [],
    'Metric template t.test error: metrictemplate.flagger.app "t" not found',
  ],
  [
    'no secret',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { secretRef: { name: 's' } })],
    'Metric template t.test secret s error: secrets "s" not found',
  ],
  [
    'an empty secret',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { secretRef: { name: 's' } }), secret('s', {})],
    'Metric template t.test secret s error: it holds no data',
  ],
  [
    'a secret without a login',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { secretRef: { name: 's' } }), secret('s', { key: 'v' })],
    'Metric template t.test provider prometheus error: prometheus credentials does not contain a username',
  ],
  [
    'a secret without a password',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { secretRef: { name: 's' } }), secret('s', { username: 'v' })],
    'Metric template t.test provider prometheus error: prometheus credentials does not contain a password',
  ],
  [
    'a secret in the namespace of the canary only',
    { name: 'x', templateRef: { name: 't', namespace: 'shared' } },
    [template('t', 'q', { secretRef: { name: 's' } }, 'shared'), secret('s', { token: 'v' })],
    'Metric template t.shared secret s error: secrets "s" not found',
  ],
  [
    'a bad address',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { address: '' })],
    'Metric template t.test provider prometheus error: prometheus address  is not a valid URL',
  ],
  [
    'an unknown type',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { type: 'unheard' })],
    'Metric template t.test provider unheard error: type is not supported, use one of ',
  ],
  [
    'no provider',
    { name: 'x', templateRef: { name: 't' } },
    [stored('t', { query: 'q' })],
    'Metric template t.test: spec.provider is missing; add it',
  ],
  [
    'a provider that is a word',
    { name: 'x', templateRef: { name: 't' } },
    [stored('t', { provider: 'prometheus', query: 'q' })],
    'Metric template t.test: spec.provider is "prometheus"; set it to an object',
  ],
  [
    'no spec',
    { name: 'x', templateRef: { name: 't' } },
    [stored('t', null)],
    'Metric template t.test: spec is missing; add it',
  ],
  [
    'no query',
    { name: 'x', templateRef: { name: 't' } },
    [stored('t', { provider: { type: 'prometheus' } })],
    'Metric template t.test: spec.query is missing; add it',
  ],
  [
    'headers that are no lists',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', 'q', { headers: { 'x-scope': 'a' } })],
    'Metric template t.test: spec.provider.headers.x-scope is "a"; set it to a list',
  ],
  [
    'a bad query',
    { name: 'x', templateRef: { name: 't' } },
    [template('t', '{{ variables.foo }}')],
    'Metric template t.test query render error: template excution failed: template: tmpl:1:3: executing "tmpl" at <variables>: map has no entry for key "foo"',
  ],
  [
    'a bad inline query',
    { name: 'x', query: '{{ nofunc }}' },
    [],
    'Prometheus query failed for x: template parsing failed: template: tmpl:1: function "nofunc" not defined',
  ],
])('with %s there is an event instead of a question', async (_case, metric, objects, want) => {
  const check = only(metric, objects)
  const { ok, event, result } = judge(check, await ask(check, never))
  expect(ok).toBe(false)
  expect(event).toContain(want)
  expect(result.error).toContain(want)
})

test('a template of another namespace has its secret there', () => {
  const objects = [
    template('t', 'q', { secretRef: { name: 's' } }, 'shared'),
    secret('s', { token: 'theirs' }, 'shared'),
    secret('s', { token: 'ours' }),
  ]
  const metric = { name: 'x', templateRef: { name: 't', namespace: 'shared' } }
  expect(asked(only(metric, objects))).toMatchObject({
    request: { headers: { Authorization: 'Bearer theirs' } },
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { metricsProvider, observerFor } from '../../../src/metrics/builtin.ts'
import { type MetricCheck, metricChecks } from '../../../src/metrics/checks.ts'
import { judge, judgeValue } from '../../../src/metrics/judge.ts'
import { probeProblem, providerProbes } from '../../../src/metrics/probes.ts'
import { prometheus } from '../../../src/metrics/prometheus/provider.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { answer, canary, secret, template, vector } from './builders.ts'

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
  const observer = observerFor(name === 'podHttp' ? 'kubernetes' : name)
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
  expect(metricsProvider(canary([], spec), mesh)).toBe(name)
  expect(observerFor(name)).toBe(observerFor(observer))
})

const now = new Date('2026-01-01T00:00:00Z')
const checksOf = (metrics: object[], objects: KubeObject[] = [], spec: object = {}) =>
  metricChecks(canary(metrics, spec), { find: findIn(objects), meshProvider: 'istio', now })

const only = (metric: object, objects: KubeObject[] = [], spec: object = {}) => {
  const [check, ...rest] = checksOf([metric], objects, spec)
  if (!check || rest.length > 0) throw new Error('expected one check')
  return check
}

/** The rendered query, and the request that it leads to. */
function asked(check: MetricCheck) {
  const question = check.ask()
  if ('problem' in question) throw new Error(question.problem)
  return { query: question.query, request: firstRequest(question.talk) }
}

const never = answering({ error: 'nobody should have been asked' })

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

describe('a server that repeats what it was sent', () => {
  const said = (body: object) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
  const echo = (request: { headers?: object }) => ({
    status: 400,
    headers: {},
    body: JSON.stringify({
      status: 'error',
      errorType: 'bad_data',
      error: `bad request: ${JSON.stringify(request.headers)}`,
    }),
  })
  const objects = [
    template('token', 'q', { secretRef: { name: 'token' } }),
    secret('token', { token: 'hunter2' }),
    template('login', 'q', { secretRef: { name: 'login' } }),
    secret('login', { username: 'jane', password: 'hunter2' }),
    template('key', 'q', { headers: { 'X-Api-Key': ['hunter2'], 'X-Scope': ['team'] } }),
    template('address', 'q', { address: 'http://jane:hunter2@h' }),
  ]
  const encoded = btoa('jane:hunter2')

  test.each(['token', 'login', 'key', 'address'])(
    'with a %s gets none of it shown',
    async (name) => {
      const metric = { name: 'x', templateRef: { name } }
      const check = only(metric, objects)
      const [probe] = providerProbes(canary([metric]), findIn(objects))
      if (!probe || 'problem' in probe) throw new Error('expected a probe')
      const { event, result } = judge(check, await ask(check, answering(echo)))
      const texts = [event, result.error, await probeProblem(probe, answering(echo))]
      for (const text of texts) {
        expect(text).toContain('error response: Status 400 Bad Request: bad_data: bad request: {')
        expect(text).toContain('***')
        expect(text).not.toContain('hunter2')
        expect(text).not.toContain(encoded)
      }
    },
  )

  test.each([
    ['an error', said({ status: 'error', error: `${'x'.repeat(545)}${'hunter2'.repeat(900)}` })],
    ['a kind of error', said({ status: 'error', errorType: `${'hunter2'.repeat(900)}` })],
  ])('in %s that is far too long gets none of it shown, and it is cut', async (_case, given) => {
    const check = only({ name: 'x', templateRef: { name: 'token' } }, objects)
    const { result } = judge(check, await ask(check, answering(given)))
    expect(result.error).toHaveLength(601)
    expect(result.error).toContain('***')
    expect(result.error).not.toContain('hunt')
  })

  test('in the address of the built-in checks gets none of it shown', async () => {
    const check = only({ name: 'request-duration' }, [], { metricsServer: 'http://j:hunter2@h' })
    const { event } = judge(check, await ask(check, answering(echo)))
    expect(event).toContain('***')
    expect(event).not.toContain(btoa('j:hunter2'))
  })
})

test('a metrics server that is no URL is named', async () => {
  const check = only({ name: 'request-duration' }, [], { metricsServer: 'x' })
  expect(judge(check, await ask(check, never)).event).toBe(
    'Error building Prometheus client for x prometheus address x is not a valid URL',
  )
})

test('the login of a metrics server is in no event', async () => {
  for (const metricsServer of ['ftp://me:s3cret@h', 'http://me:s3cret%@h']) {
    const check = only({ name: 'request-duration' }, [], { metricsServer })
    const { event } = judge(check, await ask(check, never))
    expect(event).toContain('Error building Prometheus client for')
    expect(event).not.toContain('s3cret')
  }
})

test('a login that is badly encoded is a problem of the provider, when it is probed as well', async () => {
  const metricsServer = 'http://me:s3cret%@h'
  const [probe] = providerProbes(
    canary([{ name: 'request-duration' }], { metricsServer }),
    findIn([]),
  )
  if (!probe) throw new Error('expected a probe')
  expect(await probeProblem(probe, never)).toContain('write % in the login as %25')
})

describe('a value', () => {
  const rate = { name: 'request-success-rate', thresholdRange: { min: 99, max: 99.5 } }
  const duration = { name: 'request-duration', thresholdRange: { min: 5, max: 500.9 } }
  const custom = { name: 'errors', query: 'x', thresholdRange: { min: 0.0001, max: 1234567 } }
  test.each<[object, number, string | undefined]>([
    [rate, 99.2, undefined],
    [rate, 98.994, 'Halt podinfo.test advancement success rate 98.99% < 99%'],
    [rate, 100, 'Halt podinfo.test advancement success rate 100.00% > 99.5%'],
    [duration, 500.99, undefined],
    [duration, 1515.2, 'Halt podinfo.test advancement request duration 1.515s > 500ms'],
    [duration, 0.9, 'Halt podinfo.test advancement request duration 0s < 5ms'],
    [custom, 5, undefined],
    [custom, 0, 'Halt podinfo.test advancement errors 0.00 < 0.0001'],
    [custom, 2e6, 'Halt podinfo.test advancement errors 2000000.00 > 1.234567e+06'],
    [
      { name: 'request-success-rate', threshold: 99 },
      98,
      'Halt podinfo.test advancement success rate 98.00% < 99%',
    ],
    [
      { name: 'request-duration', threshold: 500 },
      60_000,
      'Halt podinfo.test advancement request duration 1m0s > 500ms',
    ],
    [{ name: 'x', query: 'x', threshold: 1 }, 3, 'Halt podinfo.test advancement x 3.00 > 1'],
    [{ name: 'x', query: 'x', thresholdRange: {} }, 3, undefined],
    [
      rate,
      Number.POSITIVE_INFINITY,
      'Prometheus query failed: running query failed: the value is +Inf, not a finite number',
    ],
  ])('of %j: %d', (metric, value, event) => {
    const judged = judgeValue(only(metric), { value })
    expect(judged.event).toBe(event)
    expect(judged.ok).toBe(event === undefined)
  })

  test('in seconds is compared and recorded in the right unit', () => {
    const check = only(duration, [], { provider: 'kubernetes' })
    expect(judgeValue(check, { value: 0.1 })).toEqual({
      ok: true,
      recorded: 0.1,
      result: {
        name: 'request-duration',
        kind: 'metric',
        ok: true,
        value: 100,
        unit: 'ms',
        min: 5,
        max: 500.9,
        window: '1m',
      },
    })
  })
})

describe('no value', () => {
  test.each<[object, object, string]>([
    [
      { name: 'request-success-rate' },
      { provider: 'kubernetes' },
      'Halt advancement no values found for kubernetes metric request-success-rate probably podinfo.test is not receiving traffic: no values found',
    ],
    [
      { name: 'request-success-rate' },
      {},
      'Halt advancement no values found for istio metric request-success-rate probably podinfo.test is not receiving traffic: running query failed: no values found',
    ],
    [
      { name: 'request-duration' },
      {},
      'Halt advancement no values found for istio metric request-duration probably podinfo.test is not receiving traffic',
    ],
    [{ name: 'x', query: 'x' }, {}, 'Halt advancement no values found for metric: x'],
    [
      { name: 'x', templateRef: { name: 't' } },
      {},
      'Halt advancement no values found for custom metric: x: no values found',
    ],
  ])('for %j %j', async (metric, spec, want) => {
    const check = only(metric, [template('t', 'q')], spec)
    expect(judge(check, await ask(check, answering(vector()))).event).toBe(want)
  })
})

test.each<[object, object, string]>([
  [
    { name: 'request-success-rate' },
    { provider: 'kubernetes' },
    'Prometheus query failed: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'request-duration' },
    {},
    'Prometheus query failed: running query failed: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'x', query: 'x' },
    {},
    'Prometheus query failed for x: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'x', templateRef: { name: 't' } },
    {},
    'Metric query failed for x: error response: Status 500 Internal Server Error',
  ],
])('a failing server is told for %j', async (metric, spec, want) => {
  const check = only(metric, [template('t', 'q')], spec)
  const outcome = await ask(check, answering({ status: 500, headers: {}, body: 'boom' }))
  expect(judge(check, outcome).event).toBe(want)
})

test('a server that does not answer is told', async () => {
  const check = only({ name: 'x', query: 'x' })
  const outcome = await ask(check, answering({ error: 'connect ECONNREFUSED' }))
  expect(judge(check, outcome).event).toBe(
    'Prometheus query failed for x: request failed: connect ECONNREFUSED',
  )
})

describe('prometheus', () => {
  const source = { address: 'http://h/prom/', secret: {}, headers: {}, insecureSkipVerify: false }
  const window = { now, intervalMs: 60_000 }
  const asking = (of: object = {}, query = 'up') =>
    prometheus.query({ ...source, ...of, query, window })
  const request = (of: object = {}, query = 'up') => firstRequest(asking(of, query))
  const headersOf = (of: object) => request(of).headers

  test.each<[unknown, number | undefined]>([
    [vector('100', '7'), 7],
    [vector('3', 'NaN'), undefined],
    [vector('NaN', '3'), 3],
    [vector('+Inf'), Number.POSITIVE_INFINITY],
    [vector('-Inf'), Number.NEGATIVE_INFINITY],
    [vector('0'), 0],
    [vector('-0.5'), -0.5],
    [vector('1e-3'), 0.001],
    [vector(), undefined],
    [answer(undefined), undefined],
    [answer(null), undefined],
    [answer([{ metric: {}, value: [1, 3] }]), undefined],
    [answer([{ value: [1, '3'] }, { value: [1, null] }]), 3],
    [
      {
        status: 200,
        headers: {},
        body: '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"5"]}]},"warnings":["partial"]}',
      },
      5,
    ],
  ])('reads %j', (given, want) => {
    expect(replay(asking(), { http: given as ReturnType<typeof vector> }).value).toBe(want)
  })

  test.each([
    [answer([{ values: [[1, '1']] }]), 'query returned multiple values'],
    [answer([{ histogram: [1, {}] }]), 'query returned a sample without a value'],
    [answer([1, '2']), 'error unmarshaling result: data.result holds values, not samples'],
    [answer('x'), 'error unmarshaling result: data.result is not a list'],
    [{ status: 200, headers: {}, body: '<html>' }, 'error unmarshaling result: '],
    [{ status: 400, headers: {}, body: 'bad' }, 'error response: Status 400 Bad Request'],
    [vector('abc'), 'strconv.ParseFloat: parsing "abc": invalid syntax'],
    [vector('abc', '3'), 'strconv.ParseFloat: parsing "abc": invalid syntax'],
    [vector(''), 'strconv.ParseFloat: parsing "": invalid syntax'],
    [answer([{ value: [1] }]), 'query returned a sample without a value'],
    [answer([{ value: [] }]), 'query returned a sample without a value'],
    [answer([{ value: [1, '3'], values: [] }]), 'query returned multiple values'],
    [
      {
        status: 200,
        headers: {},
        body: '{"status":"error","errorType":"bad_data","error":"parse error"}',
      },
      'error response: bad_data: parse error',
    ],
    [{ status: 200, headers: {}, body: '' }, 'error unmarshaling result: it is empty'],
    [
      { status: 200, headers: {}, body: 'null' },
      'error unmarshaling result: data.result is not a list',
    ],
    [{ status: 302, headers: {}, body: 'moved' }, 'error unmarshaling result: '],
    [{ status: 404, headers: {}, body: '<html>' }, 'error response: Status 404 Not Found'],
    [{ status: 599, headers: {}, body: '' }, 'error response: Status 599'],
  ])('refuses %j', (given, want) => {
    expect(() => replay(asking(), { http: given })).toThrow(want)
  })

  test('keeps the path of its address, and collapses white space', () => {
    expect(request({ address: 'http://h/prom?x#y' }, '\n a\n\tb ').url).toBe(
      'http://h/prom/api/v1/query?query=+a+b+',
    )
  })

  test.each([
    ['http://h', 'http://h/api/v1/query?query=up'],
    ['http://h:9090/', 'http://h:9090/api/v1/query?query=up'],
    ['https://h/a//b/', 'https://h/a/b/api/v1/query?query=up'],
    ['http://h/a%2Fb', 'http://h/a%2Fb/api/v1/query?query=up'],
    ['http://[::1]:9090', 'http://[::1]:9090/api/v1/query?query=up'],
  ])('asks the server at %s', (address, url) => {
    expect(request({ address }).url).toBe(url)
  })

  test.each(['', 'prom:9090', 'h', 'ftp://h', 'file:///x', 'unix:/x', 'http://', 'http://h:99999'])(
    'refuses the address %j',
    (address) => {
      expect(() => request({ address })).toThrow(`prometheus address ${address} is not a valid URL`)
    },
  )

  const sent = (query: string) => new URL(request({}, query).url).searchParams.get('query')

  test.each([
    ['sum(x{\n  a="b", # why\n  c="d" # and # why\n})\n', 'sum(x{ a="b", c="d" }) '],
    ['# first\nup', ' up'],
    ['x{a="# no comment", b=\'#\', c=`#`}', 'x{a="# no comment", b=\'#\', c=`#`}'],
    ['x{a="two  blanks\\" #"}  +  1', 'x{a="two  blanks\\" #"} + 1'],
    ['x{a="never closed  #', 'x{a="never closed  #'],
  ])('writes %j on one line', (query, want) => {
    expect(sent(query)).toBe(want)
  })

  // In time that grows with the square of the length this takes minutes.
  test('writes long queries on one line', () => {
    for (const piece of ["\\'", '"', "'", '# ', '`', '\\', ' \n'])
      expect(sent(`x${piece.repeat(500_000)}`)).toContain('x')
  })

  test('has one Authorization, that of the Secret before all others', () => {
    const headers = { authorization: ['Basic mine'], 'X-Scope': ['a'] }
    const address = 'http://u:p@h'
    expect(headersOf({ headers, address, secret: { token: 't' } })).toEqual({
      'X-Scope': ['a'],
      Authorization: 'Bearer t',
    })
    expect(headersOf({ headers, address })).toEqual(headers)
    expect(headersOf({ address: 'http://:p@h' })).toEqual({ Authorization: 'Basic OnA=' })
    expect(headersOf({ secret: { username: '', password: '' } })).toEqual({})
  })

  test('asks the same twice: nothing is added to the headers of the template', () => {
    const headers = { Authorization: ['x'] }
    const of = { headers, secret: { token: 't' } }
    expect(headersOf(of)).toEqual(headersOf(of))
    expect(headers).toEqual({ Authorization: ['x'] })
  })

  test('takes certificates on trust where the template says so, and goes through the proxy', () => {
    const trusting = request({ insecureSkipVerify: true })
    expect(trusting.insecureSkipVerify).toBe(true)
    expect(trusting).not.toHaveProperty('direct')
    expect(request()).not.toHaveProperty('insecureSkipVerify')
  })

  test('sends credentials and headers, the token first', () => {
    expect(
      headersOf({
        secret: { token: 't\n', username: 'u', password: 'p' },
        headers: { 'X-Scope': ['a', 'b'] },
      }),
    ).toEqual({
      'X-Scope': ['a', 'b'],
      Authorization: 'Bearer t',
    })
    expect(headersOf({ secret: { username: 'u', password: 'p' } })).toEqual({
      Authorization: 'Basic dTpw',
    })
    expect(headersOf({ address: 'http://u:p@h' })).toEqual({ Authorization: 'Basic dTpw' })
    expect(headersOf({})).toEqual({})
    expect(() => headersOf({ secret: { password: 'p' } })).toThrow(
      'prometheus credentials does not contain a username',
    )
    expect(() => headersOf({ secret: { username: 'u' } })).toThrow(
      'prometheus credentials does not contain a password',
    )
  })
})

describe('the probe of providers', () => {
  const probesOf = (metrics: object[], objects: KubeObject[] = [], spec: object = {}) =>
    providerProbes(canary(metrics, spec), findIn(objects))

  test.each<[object, KubeObject[], object, string | undefined]>([
    [{ name: 'request-duration' }, [], vector('1'), undefined],
    [
      { name: 'request-duration' },
      [],
      vector('2'),
      'prometheus not avaiable: value is not 1 for query: vector(1)',
    ],
    [
      { name: 'request-duration' },
      [],
      { status: 503, headers: {}, body: 'down' },
      'prometheus not avaiable: running query failed: error response: Status 503 Service Unavailable',
    ],
    [
      { name: 'x', templateRef: { name: 't' } },
      [],
      vector('1'),
      'metric template t.test error: metrictemplate.flagger.app "t" not found',
    ],
    [
      { name: 'x', templateRef: { name: 't' } },
      [template('t', 'q')],
      vector('2'),
      'prometheus in metric template t.test not avaiable: value is not 1 for query: vector(1)',
    ],
    [
      { name: 'x', templateRef: { name: 't' } },
      [template('t', 'q', { address: '' })],
      vector('1'),
      'metric template t.test provider prometheus error: prometheus address  is not a valid URL',
    ],
  ])('of %j', async (metric, objects, given, want) => {
    const [probe, ...rest] = probesOf([metric], objects)
    if (!probe) throw new Error('expected a probe')
    expect(rest).toEqual([])
    expect(await probeProblem(probe, answering(given as ReturnType<typeof vector>))).toBe(want)
  })

  test('asks nothing for inline queries', () => {
    expect(probesOf([{ name: 'x', query: 'x' }])).toEqual([])
  })

  test('asks for both servers of a metric that has a built-in name and a template', () => {
    const metric = { name: 'request-duration', templateRef: { name: 't' } }
    expect(probesOf([metric], [template('t', 'up', { address: 'http://thanos' })])).toHaveLength(2)
  })

  test('names a server that does not answer', async () => {
    const [probe] = probesOf([{ name: 'request-duration' }], [], { metricsServer: 'http://gone' })
    if (!probe) throw new Error('expected a probe')
    expect(await probeProblem(probe, answering({ error: 'timeout' }))).toBe(
      'prometheus not avaiable: running query failed: request failed: timeout',
    )
  })
})

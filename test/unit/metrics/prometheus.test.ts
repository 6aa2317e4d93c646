/** Answers of Prometheus, and the probe that asks whether it is there. */
import { describe, expect, test } from 'vitest'
import { probeProblem, providerProbes } from '../../../src/metrics/probes.ts'
import { prometheus } from '../../../src/metrics/prometheus/provider.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { now } from './asked.ts'
import { answer, canary, template, vector } from './builders.ts'

/** Of Thanos 0.42.4 with `partial_response=false`, one of whose two sidecars had ended. */
const thanosSays =
  'expanding series: proxy Series(): fetch series for {cluster="one", replica="b"} Addr: 127.0.0.1:21654 MinTime: 1795980654000 MaxTime: 9223372036854775807: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:21654: connect: connection refused"'
const refusedByThanos = {
  status: 422,
  headers: {},
  body: JSON.stringify({ status: 'error', errorType: 'execution', error: thanosSays }),
}

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
    // Of Mimir 3.0.5, without a tenant.
    [{ status: 401, headers: {}, body: 'no org id\n' }, 'error response: Status 401 Unauthorized'],
    [refusedByThanos, `error response: Status 422 Unprocessable Entity: execution: ${thanosSays}`],
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

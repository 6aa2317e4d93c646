import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageOf } from '../../src/errors.ts'
import { createHttp } from '../../src/io/http-client.ts'
import { type Heard, hear } from '../../src/metrics/conversation.ts'
import { metricProviders } from '../../src/metrics/index.ts'
import type { Conversation, MetricSource, Samples } from '../../src/metrics/provider.ts'
import { clientCertificate, clientKey } from '../unit/io/kube/certificates.ts'
import { asked } from '../unit/metrics/builders.ts'
import { graphite, guardedPrometheus, influxdb, prometheus } from './programs.ts'
import { type Program, start } from './servers.ts'

const http = createHttp()
afterAll(() => http.close())

function listen<T>(talk: Conversation<T>, secret: Record<string, string> = {}): Promise<Heard<T>> {
  return hear({ talk, secret }, async (ask) => {
    if (!('http' in ask)) throw new Error('only servers are asked')
    return http(ask.http).then(
      (answer) => ({ http: answer }),
      (cause: unknown) => ({ error: messageOf(cause) }),
    )
  })
}

/** What a provider makes of the server. */
function askedOf(type: string, source: Partial<MetricSource>) {
  const provider = metricProviders[type]
  if (!provider) throw new Error(`there is no provider ${type}`)
  const now = new Date()
  const of = asked('', source)
  return {
    query: (query: string): Promise<Heard<Samples>> =>
      listen(provider.query({ ...of, query, window: { now, intervalMs: 60_000 } }), of.secret),
    probe: () => listen(provider.probe(of), of.secret),
  }
}

/** The server, for the tests of one block. */
function given(program: Program, isReady: (url: string) => Promise<boolean>) {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start(program)
    await server.whenReady(() => isReady(server.url))
  })
  afterAll(() => server[Symbol.asyncDispose]())
  return () => server.url
}

const answers = (url: string) => fetch(url).then(({ ok }) => ok)
const value = (number: number | undefined) => ({ value: { value: number } })
const error = (text: RegExp) => ({ error: expect.stringMatching(text), begun: true })

describe('Prometheus', () => {
  const url = given(prometheus, (at) => answers(`${at}/-/ready`))
  const of = () => askedOf('prometheus', { address: url() })

  test('is there', async () => {
    expect(await of().probe()).toEqual({ value: undefined })
  })

  test.each([
    ['vector(7) # a comment\n* 2', 14],
    ['absent_of_everything', undefined],
    ['vector(0) / vector(0)', undefined],
    ['vector(1) / vector(0)', Number.POSITIVE_INFINITY],
  ])('says what %s is', async (query, want) => {
    expect(await of().query(query)).toEqual(value(want))
  })

  test.each([
    ['vector(', /^error response: Status 400 Bad Request: .*parse error/],
    ['vector(1)[1m:1s]', /query returned multiple values/],
    ['"text"', /data.result holds values, not samples/],
  ])('does not say what %s is', async (query, want) => {
    expect(await of().query(query)).toEqual(error(want))
  })
})

describe('Prometheus behind a login and certificates', () => {
  const url = given(guardedPrometheus, async (at) => {
    const tls = { cert: clientCertificate, key: clientKey }
    const request = { url: `${at}/-/ready`, timeoutMs: 1000, insecureSkipVerify: true, tls }
    return (await http(request)).status < 500
  })
  const login = { username: 'me', password: 'word' }
  const certificate = { 'tls.crt': clientCertificate, 'tls.key': clientKey }
  const of = (secret: Record<string, string>) =>
    askedOf('prometheus', { address: url(), secret, insecureSkipVerify: true })

  test('is asked by who has both', async () => {
    expect(await of({ ...login, ...certificate }).query('vector(7)')).toEqual(value(7))
  })

  test('refuses who has the certificate, and another word', async () => {
    const heard = await of({ ...certificate, ...login, password: 'wrong' }).query('vector(7)')
    expect(heard).toEqual(error(/Status 401 Unauthorized/))
  })

  test('refuses who has the login alone', async () => {
    expect(await of(login).query('vector(7)')).toEqual(error(/certificate required|closed|reset/i))
  })
})

describe('InfluxDB 1', () => {
  const url = given(influxdb, (at) => answers(`${at}/ping`))
  const secret = { username: 'me', password: 'word', database: 'shop' }
  const of = (login: Record<string, string> = secret) =>
    askedOf('influxdb', { address: url(), apiVersion: 'v1', secret: login })

  beforeAll(async () => {
    const basic = { Authorization: `Basic ${btoa('me:word')}` }
    const ask = (q: string, headers = {}) =>
      fetch(`${url()}/query?${new URLSearchParams({ q })}`, { method: 'POST', headers })
    await ask(`CREATE USER "me" WITH PASSWORD 'word' WITH ALL PRIVILEGES`)
    await ask('CREATE DATABASE "shop"', basic)
    const body = 'errors,app=podinfo value=3\nerrors,app=podinfo,of=two value=4\n'
    await fetch(`${url()}/write?db=shop`, { method: 'POST', headers: basic, body })
  })

  test('is there for who may log in', async () => {
    expect(await of().probe()).toEqual({ value: undefined })
    expect(await of({ ...secret, password: 'wrong' }).probe()).toEqual(error(/401/))
  })

  test.each([
    ['SELECT sum("value") FROM "errors" WHERE time > now() - 1h', 7],
    ['SELECT count("value") FROM "errors"', 2],
    ['SELECT mean("value") FROM "errors" WHERE "app" = \'other\'', undefined],
    ['SELECT mean("value") FROM "nothing"', undefined],
    ['SELECT sum("value") FROM "shop".."errors"', 7],
  ])('says what %s is', async (query, want) => {
    expect(await of().query(query)).toEqual(value(want))
  })

  test('gives the newest value of several windows, of which the last is empty', async () => {
    const query =
      'SELECT sum("value") FROM "errors" WHERE time > now() - 1h AND time < now() + 2h GROUP BY time(1h)'
    expect(await of().query(query)).toEqual(value(7))
  })

  test.each([
    ['SELECT mean( FROM "errors"', /error accessing influxdb query api: error parsing query/],
    ['SELECT sum("value") FROM "errors" GROUP BY "of"', /query returned 2 series/],
    ['SELECT sum("value"), count("value") FROM "errors"', /query returned 2 columns/],
  ])('does not say what %s is', async (query, want) => {
    expect(await of().query(query)).toEqual(error(want))
  })

  // This server carries out a DROP that comes by GET.
  test.each([
    'DROP DATABASE "shop"',
    'SELECT sum("value") FROM "errors"; DROP DATABASE "shop"',
    'SELECT * INTO "copy" FROM "errors"',
  ])('is not asked to %s', async (query) => {
    expect(await of().query(query)).toMatchObject({ begun: false })
    expect(await of().query('SELECT count("value") FROM "errors"')).toEqual(value(2))
    expect(await of().query('SELECT count("value") FROM "copy"')).toEqual(value(undefined))
  })
})

describe('Graphite', () => {
  const url = given(graphite, (at) => answers(`${at}/render?target=app.errors&format=json`))
  const of = () => askedOf('graphite', { address: url() })

  test('is there', async () => {
    expect(await of().probe()).toEqual({ value: undefined })
  })

  test.each([
    ['target=app.errors&from=-1h', 7],
    ['target=scale(app.errors, 0.5)&from=-1h', 3.5],
    ["target=alias(app.errors,'5%;#x')&from=-1h", 7],
    ['target=app.nothing&from=-1h', undefined],
  ])('says what %s is', async (query, want) => {
    expect(await of().query(query)).toEqual(value(want))
  })

  test('does not say what a function is that it has not', async () => {
    expect(await of().query('target=nothing(app.errors)')).toEqual(error(/error response: /))
  })
})

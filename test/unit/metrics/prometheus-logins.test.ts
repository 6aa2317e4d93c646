/** Prometheus as others serve it: with tenants, certificates, signatures, tokens. */
import { expect, test } from 'vitest'
import { prometheus } from '../../../src/metrics/prometheus/provider.ts'
import { firstAsk, firstRequest, madeUpCredentials } from '../../support/conversations.ts'
import { asked } from './builders.ts'

const address = 'https://mimir.example.com/prometheus'
const question = (of: object) => asked('up', { address, ...of })
const request = (of: object) => firstRequest(prometheus.query(question(of)))

test('a tenant is named by a header, beside the token', () => {
  const headers = { 'X-Scope-OrgID': ['shop'] }
  expect(request({ headers, secret: { token: 'token-1' } })).toEqual({
    url: `${address}/api/v1/query?query=up`,
    headers: { ...headers, Authorization: 'Bearer token-1' },
    timeoutMs: 5000,
  })
})

const certificates = { 'ca.crt': 'CA', 'tls.crt': 'CERT', 'tls.key': 'KEY' }

test('certificates of the Secret are used, and need no login beside them', () => {
  const { tls, headers } = request({ secret: certificates })
  expect(tls).toEqual({ ca: 'CA', cert: 'CERT', key: 'KEY' })
  expect(headers).toEqual({})
})

test('certificates go with a token or a login', () => {
  const login = { username: 'me', password: 'word' }
  expect(request({ secret: { ...certificates, token: 't' } }).headers).toEqual({
    Authorization: 'Bearer t',
  })
  expect(request({ secret: { ...certificates, ...login } }).headers).toEqual({
    Authorization: `Basic ${btoa('me:word')}`,
  })
})

test.each([
  [{ 'tls.crt': 'CERT' }, 'prometheus credentials does not contain tls.key'],
  [{ 'tls.key': 'KEY' }, 'prometheus credentials does not contain tls.crt'],
])('half a pair is refused before anything is asked', (secret, want) => {
  expect(() => prometheus.query(question({ secret })).next({})).toThrow(want)
})

test('a token that is empty is none, as in Flagger', () => {
  expect(request({ secret: { token: '\n' } }).headers).toEqual({})
  const headers = { Authorization: ['Bearer of-the-template'] }
  expect(request({ headers, secret: { token: '' } }).headers).toEqual(headers)
})

test.each([
  [{ 'X Tenant': ['shop'] }, 'prometheus headers: "X Tenant" is no name; correct it'],
  [{ '': ['shop'] }, 'prometheus headers: "" is no name; correct it'],
  [{ 'X-Tenant': ['shop\nX-Other: key'] }, 'prometheus headers: X-Tenant has a line break'],
  [{ 'X-Tenant': ['shop', '→'] }, 'prometheus headers: X-Tenant has a line break, or a letter'],
])('the headers %j are refused before anything is asked, without their values', (headers, want) => {
  for (const more of [{}, { ...amp, auth: 'sigv4' }]) {
    const talk = () => prometheus.query(question({ headers, ...more })).next({})
    expect(talk).toThrow(want)
    expect(talk).not.toThrow('shop')
  }
})

const amp = {
  address: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1',
  auth: 'sigv4',
  region: 'eu-west-1',
}

test('a managed Prometheus of AWS is asked with a signature for it', () => {
  const talk = prometheus.query(asked('rate(up[1m]) / 2', { ...amp, auth: 'sigv4' }))
  talk.next({})
  expect(talk.next({ credentials: madeUpCredentials.aws }).value).toEqual({
    http: {
      url: `${amp.address}/api/v1/query?query=rate%28up%5B1m%5D%29%20%2F%202`,
      headers: {
        'X-Amz-Date': '20260101T003000Z',
        'X-Amz-Security-Token': 'session-token-1',
        Authorization: expect.stringMatching(
          /Credential=AKIDEXAMPLE\/20260101\/eu-west-1\/aps\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=/,
        ),
      },
      timeoutMs: 5000,
    },
  })
})

test('a signature needs a region', () => {
  const of = asked('up', { address, auth: 'sigv4' })
  expect(() => firstAsk(prometheus.query(of))).toThrow('region not specified')
})

test('a managed Prometheus of Google is asked with a token', () => {
  const google = 'https://monitoring.googleapis.com/v1/projects/p/location/global/prometheus'
  const talk = prometheus.probe(asked('', { address: google, auth: 'google' }))
  expect(talk.next({}).value).toEqual({ credentials: { cloud: 'gcp', secret: {} } })
  expect(talk.next({ credentials: madeUpCredentials.gcp }).value).toMatchObject({
    http: {
      url: `${google}/api/v1/query?query=vector%281%29`,
      headers: { Authorization: 'Bearer google-token-1' },
    },
  })
})

test("the controller's own token of Google goes to Google alone", () => {
  const of = asked('up', { address, auth: 'google' })
  expect(() => firstAsk(prometheus.query(of))).toThrow('goes to https://*.googleapis.com only')
  const secret = { serviceAccountKey: '{}' }
  expect(() => firstAsk(prometheus.query({ ...of, secret }))).not.toThrow()
})

test('nor to one who need not prove to be Google', () => {
  const google = 'https://monitoring.googleapis.com'
  const of = asked('up', { address: google, auth: 'google', insecureSkipVerify: true })
  expect(() => firstAsk(prometheus.query(of))).toThrow('to nobody who is not verified')
})

import { expect, test } from 'vitest'
import { exhausted, meaningOf } from '../../../src/webhooks/answer.ts'
import { checksum } from '../../../src/webhooks/checksum.ts'
import { eventPayload, hookPayload } from '../../../src/webhooks/payload.ts'
import { hookRequest, retryWaitMs } from '../../../src/webhooks/request.ts'
import { hookText } from '../../../src/webhooks/texts.ts'
import { hook } from '../../support/hook.ts'

test.each([
  [{}, '758df7c9fc'],
  [{ lastAppliedSpec: '4cb74184589' }, '7c9d467496'],
  [{ trackedConfigs: {}, lastAppliedSpec: '4cb74184589' }, '56966965f5'],
  [
    {
      trackedConfigs: { 'test-config-map': '484637c76acaa7c6' },
      lastAppliedSpec: '5f56684589',
    },
    '85d557f47b',
  ],
  [
    { trackedConfigs: { 'secret/b': '2', 'configmap/a': '1' }, lastAppliedSpec: '5f56684589' },
    '6949d756d4',
  ],
])('the checksum of %j is %s, as Flagger computes it', (status, expected) => {
  expect(checksum(status)).toBe(expected)
})

test('a payload leaves out metadata that is not there, and escapes as Go does', () => {
  const of = { name: 'a', namespace: 'b', phase: 'Progressing', status: {} } as const
  expect(hookPayload({ ...of, metadata: {} })).toBe(
    '{"name":"a","namespace":"b","phase":"Progressing","checksum":"758df7c9fc"}',
  )
  expect(hookPayload({ ...of, metadata: { cmd: 'a < b && c' } })).toContain(
    '"cmd":"a \\u003c b \\u0026\\u0026 c"',
  )
})

test('what describes an event cannot be replaced by the metadata of the hook', () => {
  const of = {
    name: 'a',
    namespace: 'b',
    phase: '',
    status: {},
    metadata: { eventType: 'mine', who: 'me' },
  } as const
  const event = { message: 'hello', type: 'Warning', now: new Date(1_578_607_635_167) } as const
  const body: unknown = JSON.parse(eventPayload(of, event))
  expect(body).toMatchObject({
    metadata: {
      who: 'me',
      eventType: 'Warning',
      eventMessage: 'hello',
      timestamp: '1578607635167',
    },
  })
})

test('every 2xx is success, also an answer without content', () => {
  for (const status of [200, 201, 202, 203, 204])
    expect(meaningOf({ status, headers: {}, body: '' })).toEqual({ kind: 'passed' })
})

test('a refusal is told in the words of the hook, and its reason is never without words', () => {
  const refused = (body: string) => meaningOf({ status: 403, headers: {}, body })
  expect(refused('Forbidden\n')).toEqual({ kind: 'failed', why: 'Forbidden', said: 'Forbidden\n' })
  expect(refused('')).toEqual({ kind: 'failed', why: 'status 403', said: '' })
  const cut = expect.stringMatching(/^x{512}…$/)
  expect(refused('x'.repeat(10_000))).toEqual({ kind: 'failed', why: cut, said: cut })
})

test('busy and broken servers are tried again, a missing method is not', () => {
  const kind = (status: number) => meaningOf({ status, headers: {}, body: '' }).kind
  expect([429, 500, 503].map(kind)).toEqual(['retry', 'retry', 'retry'])
  expect(kind(501)).toBe('failed')
})

test('giving up names the address without its password, the attempts and the last cause', () => {
  const { why, said } = exhausted('http://u:p@gate/check', 3, {
    status: 500,
    headers: {},
    body: 'boom',
  })
  expect(why).toBe('POST http://gate/check giving up after 3 attempt(s): boom')
  expect(said).toBe(why)
  expect(exhausted('http://u:p@gate/', 1, new Error('connection refused')).said).toBe(
    'POST http://gate/ giving up after 1 attempt(s): Post "http://gate/": connection refused',
  )
  expect(
    exhausted('http://gate/', 1, new Error('POST http://gate: no answer within 5 s')).said,
  ).toBe(
    'POST http://gate/ giving up after 1 attempt(s): Post "http://gate/": no answer within 5 s',
  )
})

test("the event of a server that fails without a word is Flagger's, and its reason has the status", () => {
  expect(exhausted('http://gate/', 1, { status: 502, headers: {}, body: ' ' })).toEqual({
    why: 'POST http://gate/ giving up after 1 attempt(s): status 502',
    said: 'POST http://gate/ giving up after 1 attempt(s)',
  })
})

test('waits double up to 30 seconds, and a server may ask for more', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  expect([0, 1, 2, 10].map((attempt) => retryWaitMs(attempt, undefined, now))).toEqual([
    1_000, 2_000, 4_000, 30_000,
  ])
  expect(retryWaitMs(0, '7', now)).toBe(7_000)
  expect(retryWaitMs(0, 'Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000)
})

test('method and body of the metadata replace those of the call', () => {
  const metadata = { method: 'put', body: '{"on":true}' }
  expect(
    hookRequest(hook, metadata, {
      payload: 'payload',
      methods: ['POST', 'PATCH', 'PUT', 'GET', 'DELETE'],
    }),
  ).toMatchObject({
    method: 'PUT',
    body: '{"on":true}',
  })
  expect(
    hookRequest(
      hook,
      { method: 'PATCH' },
      { payload: 'payload', methods: ['POST', 'PATCH', 'PUT', 'GET', 'DELETE'] },
    ).method,
  ).toBe('PATCH')
  expect(
    hookRequest(
      hook,
      { method: 'SING' },
      { payload: 'payload', methods: ['POST', 'PATCH', 'PUT', 'GET', 'DELETE'] },
    ).method,
  ).toBe('POST')
  expect(hookRequest(hook, {}, { payload: 'payload' })).toMatchObject({
    method: 'POST',
    body: 'payload',
  })
})

test('a hook without verification of certificates knows no proxy, and answers are cut', () => {
  expect(hookRequest({ ...hook, disableTLS: true }, {}, { payload: 'payload' })).toMatchObject({
    insecureSkipVerify: true,
    direct: true,
    mostBytes: 8 * 1024,
  })
  expect(hookRequest(hook, {}, { payload: 'payload' })).toMatchObject({
    method: 'POST',
    url: 'http://loadtester/',
    headers: { 'content-type': 'application/json' },
    body: 'payload',
    timeoutMs: 5_000,
    insecureSkipVerify: false,
    direct: false,
  })
})

test('a rollback hook that passes is a warning, one that does not is nothing special', () => {
  const of = { canary: 'a.b', hook: 'back', why: '' }
  expect(hookText('rollback', { ...of, passed: true })?.message).toBe('Rollback check back passed')
  expect(hookText('rollback', { ...of, passed: false })).toEqual({
    type: 'Normal',
    message: 'Rollback hook back not signaling a rollback',
  })
})

import { expect, test } from 'vitest'
import { connectionFailure, refusal } from '../../../../../src/io/kube/transport/failures.ts'

const now = new Date('2026-01-01T00:00:00Z')

test('quotes no page of a gateway, and little of any other text', () => {
  const page = { status: 502, body: '<html>Bad gateway</html>', now }
  expect(refusal(page, 'GET /x').message).toBe('the server answered GET /x with status 502')
  const text = { status: 500, body: 'x'.repeat(5_000), now }
  expect(refusal(text, 'GET /x').message.length).toBeLessThan(300)
})

test("an answer that is none of the API server's own is kept as it is", () => {
  const own = JSON.stringify({ kind: 'Status', reason: 'Forbidden', message: 'you may not' })
  expect(refusal({ status: 403, body: own, now }, 'GET /x').foreign).toBeUndefined()
  for (const body of ['closed', '', '{"status":"error"}'])
    expect(refusal({ status: 403, body, now }, 'GET /x').foreign).toBe(body)
})

test.each([
  ['ENOTFOUND', 'Unreachable', 'no such host'],
  ['UND_ERR_CONNECT_TIMEOUT', 'Unreachable', 'timed out'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Certificate', 'self-signed'],
  ['ECONNRESET', 'ConnectionReset', 'lost the connection'],
])('the code %s means %s', (code, reason, text) => {
  const error = connectionFailure(
    Object.assign(new Error('self-signed certificate'), { code }),
    'https://api.test:6443',
  )
  expect(error).toMatchObject({ status: 0, reason })
  expect(error.message).toContain(text)
  expect(error.message).toContain('api.test:6443')
})

test('looks through the attempts at several addresses of one host', () => {
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  const error = connectionFailure(new AggregateError([refused, refused]), 'https://api.test')
  expect(error.message).toBe(
    'The connection to the server api.test was refused - did you specify the right host or port?',
  )
})

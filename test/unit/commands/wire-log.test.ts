import { expect, test } from 'vitest'
import { readVerbosity } from '../../../commands/shell/log/verbosity.ts'
import { exchangeText } from '../../../commands/shell/log/wire-log.ts'
import type { Exchange } from '../../../src/io/kube/transport/exchange.ts'

const exchange: Exchange = {
  ...{ method: 'PATCH', url: 'https://api.test/apis/x?dryRun=All', ms: 12.4 },
  requestHeaders: { authorization: 'Bearer hunter2', accept: 'application/json' },
  requestBody: '{"spec":{}}',
  answer: {
    status: 200,
    headers: { 'set-cookie': ['id=hunter2'], date: 'today' },
    body: `{"a":"${'b'.repeat(2_000)}"}`,
  },
}

test('level 6 has a line for each request', () => {
  expect(exchangeText(exchange, 6)).toBe(
    'PATCH https://api.test/apis/x?dryRun=All 200 in 12 milliseconds\n',
  )
  const { answer: _, ...unanswered } = exchange
  expect(exchangeText(unanswered, 6)).toBe(
    'PATCH https://api.test/apis/x?dryRun=All no answer in 12 milliseconds\n',
  )
})

test('level 8 has headers and the beginning of bodies, without secrets', () => {
  expect(exchangeText(exchange, 8)).toBe(`PATCH https://api.test/apis/x?dryRun=All
Request Headers:
    Accept: application/json
    Authorization: Bearer <masked>
Request Body: {"spec":{}}
Response Status: 200 in 12 milliseconds
Response Headers:
    Date: today
    Set-Cookie: <masked>
Response Body: {"a":"${'b'.repeat(1018)} [truncated 984 chars]
`)
  expect(exchangeText(exchange, 9)).not.toContain('truncated')
})

test('what a server writes moves no cursor', () => {
  const answer = { status: 502, headers: {}, body: '\u001b[2J' }
  expect(exchangeText({ ...exchange, answer }, 8)).toContain('Response Body: ^[[2J\n')
})

test('the level is a number', () => {
  expect([readVerbosity(), readVerbosity('8')]).toEqual([0, 8])
  for (const text of ['x', '-1', '1.5', ''])
    expect(() => readVerbosity(text)).toThrow('for "-v, --v" flag: must be a whole number')
})

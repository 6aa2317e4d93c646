/** A server may repeat what it was sent, and addresses carry logins: neither is shown. */
import { describe, expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { judge } from '../../../src/metrics/judge.ts'
import { probeProblem, providerProbes } from '../../../src/metrics/probes.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { never, only } from './asked.ts'
import { canary, secret, template } from './builders.ts'

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

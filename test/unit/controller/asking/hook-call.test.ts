import { expect, test } from 'vitest'
import { callHook } from '../../../../controller/asking/hook-call.ts'
import { ProviderError, StandbyError } from '../../../../src/errors.ts'
import type { HttpAnswer, HttpRequest } from '../../../../src/io/http.ts'
import { parsedCanary } from '../../../support/parsed-canary.ts'
import { hurriedClock } from '../../io/fake-clock.ts'

const { signal } = new AbortController()

const busy = { status: 503, headers: {}, body: 'busy' }
const fine = { status: 200, headers: {}, body: '' }
const lost = new ProviderError('POST http://gate: connection refused')
const untrusted = new ProviderError('POST http://gate: self-signed certificate', { isFinal: true })

/** Calls a hook of this spec; the answers come in turn, and the last one stays. */
async function called(
  hook: object,
  answers: (HttpAnswer | Error)[],
  abort?: AbortController,
  token: string | Error = 'of-nobody',
) {
  const gate = { name: 'gate', url: 'http://u:p@gate/x?key=1', ...hook }
  const canary = parsedCanary({ webhooks: [gate] }, 'http://prometheus')
  const [webhook] = canary.analysis.webhooks
  if (!webhook) throw new Error('expected a hook')
  const clock = hurriedClock()
  const started = clock.now().getTime()
  const requests: HttpRequest[] = []
  const http = async (request: HttpRequest): Promise<HttpAnswer> => {
    requests.push(request)
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? fine
    abort?.abort()
    if (answer instanceof Error) throw answer
    return answer
  }
  const tokenIn = async () => {
    if (token instanceof Error) throw token
    return token
  }
  const caller = { http, clock, signal: abort?.signal ?? signal, hookMethods: ['POST'], tokenIn }
  const answer = await callHook(webhook, { canary, phase: 'Progressing' }, caller)
  const waitedMs = clock.now().getTime() - started
  return { ...answer, tries: requests.length, waitedMs, requests }
}

test('a busy hook is tried as often as it may, with doubling waits', async () => {
  expect(await called({ retries: 3 }, [busy, busy, fine])).toMatchObject({
    passed: true,
    why: '',
    tries: 3,
    waitedMs: 3_000,
  })
  expect(await called({ retries: 2 }, [lost, busy])).toMatchObject({
    passed: false,
    why: 'POST http://gate/x giving up after 3 attempt(s): busy',
    tries: 3,
  })
})

test('a call that this replica may not make is no failure of the hook', async () => {
  const calling = called({ retries: 3 }, [busy, new StandbyError()])
  await expect(calling).rejects.toBeInstanceOf(StandbyError)
})

test('without retries a hook is called once', async () => {
  expect(await called({}, [lost])).toMatchObject({
    passed: false,
    why: 'POST http://gate/x giving up after 1 attempt(s): Post "http://gate/x": connection refused',
    tries: 1,
    waitedMs: 0,
  })
})

test.each([400, 401, 403, 404, 501])('status %i is final', async (status) => {
  const refused = { status, headers: {}, body: 'no' }
  expect(await called({ retries: 5 }, [refused])).toMatchObject({
    passed: false,
    why: 'no',
    tries: 1,
  })
})

test.each<[string, HttpAnswer, number | undefined]>([
  ['in half an hour', { status: 403, headers: { 'retry-after': '1800' }, body: '' }, 1_800_000],
  ['in a day', { status: 403, headers: { 'retry-after': '86400' }, body: '' }, 3_600_000],
  ['when it is less busy', { status: 503, headers: { 'retry-after': '600' }, body: '' }, 600_000],
  ['at no time', { status: 403, headers: { 'retry-after': 'soon' }, body: '' }, undefined],
  ['whenever', { status: 403, headers: {}, body: '' }, undefined],
])('a hook that says no may say to ask again %s', async (_, no, askAgainMs) => {
  expect((await called({}, [no])).askAgainMs).toBe(askAgainMs)
})

test('what no further try can mend is not tried again', async () => {
  expect(await called({ retries: 5 }, [untrusted])).toMatchObject({
    passed: false,
    why: 'POST http://gate/x giving up after 1 attempt(s): Post "http://gate/x": self-signed certificate',
    tries: 1,
    waitedMs: 0,
  })
})

test.each<[string, object, HttpAnswer | Error, true | undefined]>([
  ['a hook that says no', {}, { status: 403, headers: {}, body: 'no' }, undefined],
  ['a hook that is busy', {}, busy, undefined],
  ['a lost connection', {}, lost, true],
  ['a certificate that nobody trusts', {}, untrusted, true],
  ['a timeout that is none', { timeout: '1min' }, fine, true],
])('%s is told from one that can be asked', async (_, hook, answer, broken) => {
  expect((await called(hook, [answer])).broken).toBe(broken)
})

test('the time that a busy hook asks for is waited', async () => {
  const asks = { status: 429, headers: { 'retry-after': '7' }, body: '' }
  expect(await called({ retries: 1 }, [asks, fine])).toMatchObject({
    passed: true,
    waitedMs: 7_000,
  })
  const unasked = { ...asks, status: 500 }
  expect(await called({ retries: 1 }, [unasked, fine])).toMatchObject({ waitedMs: 1_000 })
})

test.each([
  ['10', 'time: missing unit in duration "10"'],
  ['1min', 'time: unknown unit "min" in duration "1min"'],
])('a timeout of %s fails without a call', async (timeout, why) => {
  expect(await called({ timeout }, [fine])).toMatchObject({ passed: false, why, tries: 0 })
})

test.each([
  [undefined, 10_000],
  ['', 10_000],
  ['5', 10_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
])('a timeout of %s is %i ms for each try', async (timeout, timeoutMs) => {
  const { requests } = await called({ ...(timeout !== undefined && { timeout }) }, [fine])
  expect(requests).toMatchObject([{ timeoutMs }])
})

test('a hook that repeats its login gets none of it shown', async () => {
  const url = 'http://jane:hunter2%21@gate/x'
  const refused = {
    status: 403,
    headers: {},
    body: `no: ${btoa('jane:hunter2!')} hunter2! hunter2%21`,
  }
  expect(await called({ url }, [refused])).toMatchObject({ passed: false, why: 'no: *** *** ***' })
})

test.each([
  ['an answer', fine],
  ['a busy hook', busy],
  ['a lost connection', lost],
])(
  'a call that is given up has no outcome, also where %s comes in that moment',
  async (_what, answer) => {
    await expect(called({ retries: 1 }, [answer], new AbortController())).rejects.toThrow(
      'given up',
    )
  },
)

test('nor a part of it, where the answer is cut', async () => {
  const url = 'http://jane:hunter2@gate/x'
  const refused = { status: 403, headers: {}, body: `${'x'.repeat(508)}hunter2${'y'.repeat(99)}` }
  const { why, said } = await called({ url }, [refused])
  expect(why).toBe(`${'x'.repeat(508)}***y…`)
  expect(said).toBe(why)
})

test('another method than POST is sent where the controller is told so, and nowhere else', async () => {
  const asks = { metadata: { method: 'delete' } }
  expect(await called(asks, [fine])).toMatchObject({
    passed: false,
    tries: 0,
    why: expect.stringContaining('-hook-methods=POST,DELETE'),
  })
  const { requests } = await called({ metadata: { method: 'post' } }, [fine])
  expect(requests).toMatchObject([{ method: 'POST' }])
})

test('of an answer that another host gave by a redirect nothing is shown', async () => {
  const answer = { status: 403, headers: {}, body: 'planted secret', isElsewhere: true as const }
  expect(await called({}, [answer])).toMatchObject({ passed: false, why: 'status 403', said: '' })
  const busyThere = { ...answer, status: 503 }
  expect(JSON.stringify(await called({}, [busyThere]))).not.toContain('planted')
})

const named = { secretRef: { name: 'tester' } }

test('a hook that names a Secret is called with its token, which nobody is shown', async () => {
  const echo = { status: 403, headers: {}, body: 'not with token-of-tester' }
  const { requests, why } = await called(named, [echo], undefined, 'token-of-tester')
  expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-tester' })
  expect(why).toBe('not with ***')
  expect((await called({}, [fine])).requests[0]?.headers).not.toHaveProperty('authorization')
})

test('a hook whose Secret is not there is not called, and told from one that says no', async () => {
  const missing = new ProviderError('secret tester of the hook is not there; create it')
  const { requests, ...answer } = await called(named, [fine], undefined, missing)
  expect(requests).toEqual([])
  expect(answer).toMatchObject({ passed: false, broken: true, why: missing.message })
})

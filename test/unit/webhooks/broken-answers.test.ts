/** Hooks may answer anything: each answer means something, is short, and tells no credentials. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callHook } from '../../../controller/asking/hook-call.ts'
import type { HookType } from '../../../src/analysis/decision.ts'
import { ProviderError } from '../../../src/errors.ts'
import type { HttpAnswer } from '../../../src/io/http.ts'
import { hookText } from '../../../src/webhooks/texts.ts'
import { parsedCanary } from '../../support/parsed-canary.ts'
import { hurriedClock } from '../io/fake-clock.ts'

const types: Record<HookType, true> = {
  ...{ 'confirm-rollout': true, 'pre-rollout': true, rollout: true, 'post-rollout': true },
  ...{ 'confirm-traffic-increase': true, 'confirm-promotion': true, rollback: true, event: true },
}

const password = 'pass-of-the-hook'
const url = `http://jane:${password}@gate/x`

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom(
    '',
    ' \n\t ',
    '\u001b[2J\u001b]0;owned\u0007',
    '\u202egnihton',
    '\u0000\uFEFF',
    '{"passed":{"toString":1}}',
    `login ${url} and ${btoa(`jane:${password}`)}`,
    'x'.repeat(8 * 1024),
    '\u{1F600}'.repeat(2_000),
  ),
)
const answers = fc.record({
  status: fc.oneof(fc.constantFrom(200, 204, 302, 403, 404, 429, 500, 501, 503), fc.integer()),
  headers: fc.record(
    {
      'retry-after': fc.oneof(
        fc.string(),
        fc.constantFrom(
          '-1',
          '1e99',
          '99999999999999999999',
          'Fri, 31 Dec 9999 23:59:59 GMT',
          'NaN',
        ),
      ),
      location: fc.constant('http://169.254.169.254/'),
    },
    { requiredKeys: [] },
  ),
  body: hostile,
})

/** The longest that one may ask to be left alone, and the tries there are. */
const patienceMs = 60_000
const retries = 2

async function called(type: HookType, given: HttpAnswer | Error) {
  const canary = parsedCanary(
    { webhooks: [{ name: 'gate', type, url, retries }] },
    'http://metrics',
  )
  const [hook] = canary.analysis.webhooks
  if (!hook) throw new Error('expected a hook')
  const clock = hurriedClock()
  const started = clock.now().getTime()
  const http = async (): Promise<HttpAnswer> => {
    if (given instanceof Error) throw given
    return given
  }
  const { signal } = new AbortController()
  const caller = { http, clock, signal, hookMethods: ['POST'] }
  const answer = await callHook(hook, { canary, phase: 'Progressing' }, caller)
  return { ...answer, waitedMs: clock.now().getTime() - started }
}

test.each(Object.keys(types) as HookType[])('whatever a hook of type %s answers', async (type) => {
  const asked = fc.oneof(
    answers,
    hostile.map((text) => new ProviderError(`POST http://gate: ${text}`)),
  )
  await fc.assert(
    fc.asyncProperty(asked, async (given) => {
      const { passed, why, said = why, waitedMs } = await called(type, given)
      const isFine = !(given instanceof Error) && given.status >= 200 && given.status < 300
      expect(passed).toBe(isFine)
      expect(why === '').toBe(passed)
      expect(waitedMs).toBeLessThanOrEqual(retries * patienceMs)
      const told = hookText(type, { canary: 'podinfo.test', hook: 'gate', passed, why: said })
      for (const text of [why, said, told?.message ?? '']) {
        expect(text.length).toBeLessThan(700)
        if (given instanceof Error) continue
        expect(text).not.toContain(password)
        expect(text).not.toContain(btoa(`jane:${password}`))
      }
    }),
    { numRuns: 200 },
  )
})

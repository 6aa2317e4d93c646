/** Chat services may answer anything: an alert was sent or it was not, and no key is told. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptOf } from '../../../src/notifiers/answer.ts'
import { notifiers } from '../../../src/notifiers/index.ts'
import type { Alert } from '../../../src/notifiers/notifier.ts'

const target = {
  ...{ address: 'https://chat.test/services/key-in-path?key=key-in-query', proxy: '' },
  ...{ channel: 'general', username: 'flagger', token: 'token-of-chat' },
}

const answers = fc.record({
  status: fc.oneof(fc.constantFrom(200, 204, 302, 400, 404, 429, 500, 501, 503), fc.integer()),
  headers: fc.record({ 'retry-after': fc.string() }, { requiredKeys: [] }),
  body: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.record({ ok: fc.jsonValue(), error: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '{"ok":false,"error":{"toString":1}}',
      '{"ok":false,"error":"invalid token-of-chat"}',
      '{"__proto__":{"ok":false}}',
      '['.repeat(8 * 1024),
      `no such hook: ${target.address}`,
      '/services/key-in-path?key=key-in-query',
      '\u001b[2J\u202e',
    ),
  ),
})

const alert: Alert = {
  ...{ occasion: 'failed', severity: 'error', title: 'podinfo.test' },
  ...{ message: 'It broke', fields: [] },
}

test.each(Object.keys(notifiers))('whatever the service of %s answers', (type) => {
  const used = {
    ...target,
    ...(type === 'pagerduty' && { token: 'token-of-chat'.padEnd(32, 'x') }),
  }
  expect(notifiers[type]?.request(used, alert).url).toMatch(/^https:/)
  fc.assert(
    fc.property(answers, (answer) => {
      const attempt = attemptOf(answer, used)
      if (attempt.sent) {
        expect(answer.status >= 200 && answer.status < 300).toBe(true)
        return
      }
      expect(attempt.why).toMatch(/^send error: /)
      expect(attempt.why.length).toBeLessThan(300)
      for (const secret of ['key-in-path', 'key-in-query', used.token])
        expect(attempt.why).not.toContain(secret)
    }),
    { numRuns: 300 },
  )
})

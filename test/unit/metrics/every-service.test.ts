/** What holds for every metric service, whatever it is called. */
import { describe, expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { type MetricCheck, metricChecks } from '../../../src/metrics/checks.ts'
import type { Answerer } from '../../../src/metrics/conversation.ts'
import { metricProviders } from '../../../src/metrics/index.ts'
import { judge } from '../../../src/metrics/judge.ts'
import { answering, madeUpCredentials } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { answered, askedAt, canary, secret, template } from './builders.ts'
import { type Service, services } from './services.ts'

function checkBy({ type, settings = {}, secret: values, query }: Service): MetricCheck {
  const login = Object.keys(values).length > 0 ? { secretRef: { name: 'login' } } : {}
  const found = [template('own', query, { type, ...settings, ...login }), secret('login', values)]
  const metrics = [{ name: 'own', templateRef: { name: 'own' }, thresholdRange: { max: 100 } }]
  const deps = { find: findIn(found), meshProvider: 'istio', now: askedAt }
  const [check] = metricChecks(canary(metrics), deps)
  if (!check) throw new Error('there is no check')
  return check
}

async function judged(service: Service, answer: Answerer) {
  const check = checkBy(service)
  return judge(check, await ask(check, answer))
}

const listen = (service: Service, body: unknown, status = 200) =>
  judged(service, answering(answered(body, status).http))

test('every service is tried', () => {
  const tried = new Set(services.map(({ type }) => type))
  expect([...tried].toSorted()).toEqual(Object.keys(metricProviders).toSorted())
})

const titled = services.map((service): [string, Service] => [
  `${service.type} ${JSON.stringify(service.settings ?? {})}`,
  service,
])

describe.each(titled)('%s', (_, service) => {
  test.each([0, 1.5, 100])('a value of %d passes', async (value) => {
    const { ok, result } = await listen(service, service.value(value))
    expect(ok).toBe(true)
    expect(result).toMatchObject({ value, max: 100, window: '1m' })
  })

  test('a value beyond the limit fails', async () => {
    const { ok, result } = await listen(service, service.value(101))
    expect(ok).toBe(false)
    expect(result).toMatchObject({ value: 101 })
  })

  test('no data and null are no value, and fail', async () => {
    for (const body of [service.nothing, ...('none' in service ? [service.none] : [])]) {
      const { ok, result } = await listen(service, body)
      expect(ok).toBe(false)
      expect(result).toMatchObject({ error: 'no values found' })
    }
  })

  test('a server that fails, or answers garbage, is an error that says so', async () => {
    for (const [body, status] of [
      ['out of order', 500],
      ['<html>a proxy</html>', 200],
      ['[[1', 200],
    ] as const) {
      const { ok, result } = await listen(service, body, status)
      expect(ok).toBe(false)
      expect(result.error).toMatch(/\w/)
      expect(result.error).not.toBe('no values found')
      expect(result).not.toHaveProperty('value')
    }
  })

  test('a server that gives no answer in time is an error that says so', async () => {
    const { ok, result } = await judged(service, async (ask) => {
      if ('credentials' in ask) return { credentials: madeUpCredentials[ask.credentials.cloud] }
      return 'pauseMs' in ask ? {} : { error: 'no answer within 5 s' }
    })
    expect(ok).toBe(false)
    expect(result.error).toContain('no answer within 5 s')
  })

  test('credentials that are refused are an error which does not show them', async () => {
    const { status, body } = service.refusal('first-key')
    const { ok, event, result } = await listen(service, body, status)
    expect(ok).toBe(false)
    expect(`${event} ${result.error}`).toMatch(/40[013]|Unrecognized/)
    expect(`${event} ${result.error}`).not.toContain('first-key')
  })
})

const withSecret = titled.filter(([, { secret: values }]) => Object.keys(values).length > 0)

test.each(withSecret)(
  '%s: a Secret that was changed is what the next check sends',
  async (_, service) => {
    const sent = async (to: string) => {
      const changed = Object.entries(service.secret).map(([key, value]) => [
        key,
        value === 'first-key' ? to : value,
      ])
      const asks: unknown[] = []
      const answer = answering(answered('no', 401).http)
      await ask(checkBy({ ...service, secret: Object.fromEntries(changed) }), (one) => {
        asks.push(one)
        return answer(one)
      })
      return JSON.stringify(asks)
    }
    // A login is sent in base64.
    const shows = (text: string, value: string) =>
      text.includes(value) || text.includes(btoa(`me:${value}`))
    const after = await sent('second-key')
    expect(shows(await sent('first-key'), 'first-key')).toBe(true)
    expect(shows(after, 'second-key')).toBe(true)
    expect(shows(after, 'first-key')).toBe(false)
  },
)

/** Counts of servers that a MetricTemplate names. */
import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from '../../../src/io/http.ts'
import { ask, type Outcome } from '../../../src/metrics/asking.ts'
import { countsCheck, pastCheck } from '../../../src/metrics/counting/checks.ts'
import { answering } from '../../support/conversations.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary, secret, template } from './builders.ts'

const json = (body: unknown): HttpAnswer => ({
  status: 200,
  headers: {},
  body: JSON.stringify(body),
})

interface Given {
  provider: object
  queries?: { bad: string; all: string }
  namespace?: string
}

/** What is asked of a server, and what becomes of its answers. */
async function counted(
  { provider, queries = { bad: 'bad', all: 'all' }, namespace = 'test' }: Given,
  answer: (request: HttpRequest) => HttpAnswer,
): Promise<{ outcome: Outcome; requests: HttpRequest[] }> {
  const counts = { ...queries, templateRef: { name: 'shop', namespace } }
  const of = canary([{ name: 'orders', counts }], {}, { judge: {} })
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  const objects = [
    template('shop', '', provider, namespace),
    secret('login', { word: 'x' }, namespace),
  ]
  const window = { at: askedAt, seconds: 90, bounds: [] }
  const deps = { find: findIn(objects), meshProvider: 'istio', now: askedAt, ...window }
  const requests: HttpRequest[] = []
  const check = countsCheck(of, metric, deps)
  const outcome = await ask(
    check,
    answering((request) => {
      requests.push(request)
      return answer(request)
    }),
  )
  return { outcome, requests }
}

describe('an endpoint of one’s own', () => {
  const provider = { type: 'webhook', address: 'http://orders' }
  const all = '?app={{ workload }}&arm={{ arm }}&from={{ from }}&to={{ to }}&for={{ seconds }}'
  const queries = { bad: `${all}&state=failed`, all }

  test('is asked for each version between the two looks', async () => {
    const { outcome, requests } = await counted({ provider, queries }, ({ url }) =>
      json({ value: (url.includes('failed') ? 1 : 100) * (url.includes('primary') ? 7 : 1) }),
    )
    const to = askedAt.getTime() / 1_000
    const times = `&from=${to - 90}&to=${to}&for=90`
    expect(requests.map(({ url }) => url)).toEqual([
      `http://orders/?app=podinfo&arm=canary${times}&state=failed`,
      `http://orders/?app=podinfo&arm=canary${times}`,
      `http://orders/?app=podinfo-primary&arm=primary${times}&state=failed`,
      `http://orders/?app=podinfo-primary&arm=primary${times}`,
    ])
    expect(outcome).toMatchObject({
      arms: [{ canary: { bad: 1, all: 100 }, primary: { bad: 7, all: 700 } }],
    })
  })

  test('that knows of no failures has none', async () => {
    const { outcome } = await counted({ provider, queries }, ({ url }) =>
      json(url.includes('failed') ? {} : { value: 5 }),
    )
    expect(outcome).toMatchObject({ arms: [{ canary: { bad: 0, all: 5 } }] })
  })

  test('that counts less than nothing is no answer', async () => {
    const { outcome } = await counted({ provider, queries }, () => json({ value: -1 }))
    expect(outcome).toEqual({ error: 'the count is -1, which is no number of requests' })
  })
})

test('InfluxDB counts by Flux', async () => {
  const body = '#datatype,string,long,long\r\n,result,table,_value\r\n,_result,0,12\r\n'
  const provider = { type: 'influxdb', address: 'http://influx' }
  const queries = {
    bad: 'from(bucket: "b") |> range(start: {{ from }}, stop: {{ to }})',
    all: 'all',
  }
  const { outcome, requests } = await counted({ provider, queries }, () => ({
    status: 200,
    headers: {},
    body,
  }))
  const to = askedAt.getTime() / 1_000
  expect(requests[0]?.body).toContain(`range(start: ${to - 90}, stop: ${to})`)
  expect(outcome).toMatchObject({ arms: [{ canary: { bad: 12, all: 12 } }] })
})

test('another Prometheus is asked as the controller’s own is, once and with its login', async () => {
  const headers = { Authorization: ['Bearer of-mimir'] }
  const provider = { type: 'prometheus', address: 'http://mimir', headers }
  const { requests } = await counted({ provider, queries: { bad: 'bad{}', all: 'all{}' } }, () =>
    json({ status: 'success', data: { result: [] } }),
  )
  expect(requests).toHaveLength(1)
  expect(requests[0]?.url).toMatch(/^http:\/\/mimir\/api\/v1\/query\?query=label_replace/)
  expect(requests[0]?.headers).toMatchObject(headers)
})

test.each(['datadog', 'cloudwatch', 'graphite'])(
  '%s does not count to the last one',
  async (type) => {
    const provider = { type, address: 'http://there', region: 'eu-west-1' }
    const { outcome, requests } = await counted({ provider }, () => json({}))
    expect(requests).toEqual([])
    expect(outcome).toEqual({
      problem: `metric template shop.test: ${type} does not count requests between two times to the last one; use a template of type prometheus, influxdb, webhook`,
    })
  },
)

test('no query of the Canary goes with the login of another namespace', async () => {
  const provider = { type: 'webhook', address: 'http://orders', secretRef: { name: 'login' } }
  const { outcome, requests } = await counted({ provider, namespace: 'other' }, () => json({}))
  expect(requests).toEqual([])
  expect(outcome).toEqual({
    problem:
      'metric template shop.other: counts of the Canary are not sent with the credentials of another namespace; use a template of namespace test',
  })
})

test('a service without counters has no history, and the careful guess stays', async () => {
  const counts = { bad: 'x', all: 'x', templateRef: { name: 'shop' } }
  const of = canary([{ name: 'orders', counts }], {}, { judge: {} })
  const [metric] = of.analysis.metrics
  if (!metric) throw new Error('no metric')
  const find = findIn([template('shop', '', { type: 'webhook', address: 'http://orders' })])
  const deps = { find, meshProvider: 'istio', now: askedAt }
  const past = pastCheck(of, metric, { ...deps, stepSeconds: 60, steps: 360, hasBody: true })
  expect(past.ask()).toEqual({ problem: 'only counters have a history' })
})

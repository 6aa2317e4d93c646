import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { graphite } from '../../../src/metrics/graphite/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const address = 'http://graphite/base/'
const sent = (query: string) => firstRequest(graphite.query(asked(query, { address }))).url
const read = (body: unknown) =>
  replay(graphite.query(asked('target=a', { address })), answered(body)).value

test.each([
  ['target=a&target=b&from=-5min&format=png', 'format=json&from=-5min&target=a&target=b'],
  [
    ' target=sumSeries(a.*.count)\n  &from=-2min\n',
    'format=json&from=-2min&target=sumSeries%28a.%2A.count%29',
  ],
  ['target=a;env=b&x=1', 'format=json&target=a%3Benv%3Db&x=1'],
  ["target=movingAverage(a,'5%')", 'format=json&target=movingAverage%28a%2C%275%25%27%29'],
  ["target=color(a+b,'#f00')", 'format=json&target=color%28a+b%2C%27%23f00%27%29'],
  ['target=%C3%A4%20b', 'format=json&target=%C3%A4+b'],
])('%j is sent as %s', (query, want) => {
  expect(sent(query)).toBe(`http://graphite/base/render?${want}`)
})

test.each(['from=-5min', 'target=', ''])('the query %j has no target, and is not sent', (query) => {
  expect(() => sent(query)).toThrow('the query has no target; write it as target=…&from=-2min')
})

test('a login and an unverified certificate are as the template says', () => {
  const secret = { username: 'me', password: 'pass-1' }
  const of = { ...asked('target=a'), address, secret, insecureSkipVerify: true }
  expect(firstRequest(graphite.query(of))).toEqual({
    url: 'http://graphite/base/render?format=json&target=a',
    headers: { Authorization: 'Basic bWU6cGFzcy0x' },
    timeoutMs: 5000,
    insecureSkipVerify: true,
  })
})

test.each<[object, string]>([
  [{ address: 'graphite' }, 'graphite address graphite is not a valid URL'],
  [{ address, secret: { password: 'p' } }, 'graphite credentials does not contain a username'],
  [{ address, secret: { username: 'u' } }, 'graphite credentials does not contain a password'],
])('%j lacks what a request needs', (source, want) => {
  expect(() => graphite.query(asked('target=a', source)).next({})).toThrow(want)
})

const series = (...datapoints: unknown[]) => ({ target: 'a', datapoints })

test.each<[unknown, number | undefined]>([
  [[series([1, 10], [2, 20], [null, 30])], 2],
  [[series([1, 10]), series([3, 10], [null, 20])], 3],
  [[series(['4.5', '10'])], 4.5],
  [[series([0, null])], 0],
  [[series([null, 10])], undefined],
  [[series()], undefined],
  [[], undefined],
])('of %j the value is %j', (body, want) => {
  expect(read(body)).toBe(want)
})

test.each<[unknown, string]>([
  ['<html>', 'error unmarshaling result'],
  [{}, 'it is not a list'],
  [[series([1])], 'a point is not a pair of value and time'],
  [[series(['x', 1])], 'a value is not a number'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test('a server without the series of the probe is there; one that fails is not', async () => {
  const probe = () => graphite.probe(asked('', { address }))
  expect(firstRequest(probe()).url).toBe('http://graphite/base/render?format=json&target=test')
  expect(() => replay(probe(), answered([]))).not.toThrow()

  const { http } = answered('pass-1 is wrong', 401)
  const secret = { username: 'me', password: 'pass-1' }
  const talk = graphite.probe(asked('', { address, secret }))
  expect(await hear({ talk, secret }, answering(http))).toEqual({
    error: 'error response: 401 Unauthorized',
    begun: true,
  })
})

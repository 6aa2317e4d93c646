import { expect, test } from 'vitest'
import { influxdb } from '../../../src/metrics/influxdb/provider.ts'
import { firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const source = { address: 'http://influxdb:8086/base', apiVersion: 'v1' } as const
const query = 'SELECT mean("value") FROM "errors" WHERE time > now() - 1m'
const question = (of = {}) => asked(query, { ...source, ...of })
const read = (body: unknown, status = 200) =>
  replay(influxdb.query(question()), answered(body, status)).value
const table = (columns: string[], ...values: unknown[][]) => ({
  results: [{ statement_id: 0, series: [{ name: 'errors', columns, values }] }],
})

test('InfluxQL is sent with the database and the login of the Secret', () => {
  const secret = { username: 'me', password: 'word', database: 'shop' }
  expect(firstRequest(influxdb.query(question({ secret })))).toEqual({
    url: 'http://influxdb:8086/base/query?db=shop&epoch=ms&q=SELECT+mean%28%22value%22%29+FROM+%22errors%22+WHERE+time+%3E+now%28%29+-+1m',
    headers: { Authorization: `Basic ${btoa('me:word')}` },
    timeoutMs: 5000,
  })
})

test('a server that knows nobody is asked without a login', () => {
  const { url, headers } = firstRequest(influxdb.query(question({ secret: { database: 'shop' } })))
  expect(url).toContain('db=shop&')
  expect(headers).toEqual({})
  expect(firstRequest(influxdb.query(question())).url).not.toContain('db=')
})

test.each([
  'DROP DATABASE "shop"',
  'SELECT 1 FROM a; DROP DATABASE "shop"',
  "SELECT 1 FROM a WHERE b = 'it\\'s'; DROP DATABASE c",
  'SELECT * INTO "copy" FROM "errors"',
  'SELECT * FROM "errors" WHERE a =~ /\'/; DROP DATABASE c --\'',
  'select * into x from y',
  'CREATE USER "x" WITH PASSWORD \'SELECT\'',
  '/* SELECT */ DELETE FROM "errors"',
  '',
])('%j is not sent, since it does more than read', (text) => {
  expect(() => influxdb.query(asked(text, source)).next({})).toThrow(
    'the query is not one statement that reads; begin it with SELECT, without INTO',
  )
})

test.each([
  'select last("value") from "errors";',
  ' \n SELECT last(x)\nFROM "pointo" WHERE y =~ /a\\/b/ ; ',
])('%j is sent, since it reads', (text) => {
  expect(() => influxdb.query(asked(text, source)).next({})).not.toThrow()
})

test.each<[unknown, number | undefined]>([
  [table(['time', 'mean'], [1, 1.5]), 1.5],
  [table(['time', 'mean'], [1, 1], [2, 2], [3, null]), 2],
  [table(['time', 'mean'], [1, null]), undefined],
  [table(['time', 'mean']), undefined],
  [{ results: [{ statement_id: 0 }] }, undefined],
])('%j holds the value %j', (body, want) => {
  expect(read(body)).toBe(want)
})

test.each<[unknown, string]>([
  [{ error: 'error parsing query' }, 'error accessing influxdb query api: error parsing query'],
  [{ results: [{ error: 'no database' }] }, 'error accessing influxdb query api: no database'],
  [{ results: [{}, {}] }, 'the query has several statements; write one'],
  [{ results: [{ series: [{}, {}] }] }, 'query returned 2 series; leave out GROUP BY of tags'],
  [table(['time', 'a', 'b'], [1, 2, 3]), 'query returned 2 columns; let it select one'],
  [table(['time', 'last'], [1, 'up']), 'a value is not a number'],
  [[], 'results is not a list'],
  ['<html>', 'error unmarshaling result'],
])('%j is an error that says why', (body, want) => {
  expect(() => read(body)).toThrow(want)
})

test('a statement that is wrong is told in the words of the server', () => {
  expect(() => read({ error: 'error parsing query: x' }, 400)).toThrow('error parsing query: x')
})

test('a server is there when it takes the login', () => {
  const probe = () => influxdb.probe(question())
  expect(firstRequest(probe()).url).toContain('q=SHOW+DATABASES')
  expect(() => replay(probe(), answered({ results: [] }))).not.toThrow()
  expect(() => replay(probe(), answered({ error: 'authorization failed' }, 401))).toThrow(
    'authorization failed',
  )
})

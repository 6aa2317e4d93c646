import { expect, test } from 'vitest'
import { hear } from '../../../src/metrics/conversation.ts'
import { influxdb } from '../../../src/metrics/influxdb/provider.ts'
import { answering, firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const secret = { token: 'token-1', org: 'my org' }
const address = 'http://influxdb:8086'
const query = 'from(bucket: "b") |> range(start: -1m) |> mean()'
const question = () => asked(query, { address, secret })
const read = (...lines: string[]) =>
  replay(influxdb.query(question()), answered(lines.join('\r\n'))).value

/** The table of one record, as InfluxDB writes it. */
const table = (type: string, value: string) => [
  `#datatype,string,long,dateTime:RFC3339,${type},string`,
  '#group,false,false,true,false,true',
  '#default,_result,,,,',
  ',result,table,_start,_value,_field',
  `,,0,2026-01-01T00:00:00Z,${value},"a ""b"", c"`,
  '',
  '',
]

test('Flux is sent with the dialect, organisation and token', () => {
  expect(firstRequest(influxdb.query(question()))).toEqual({
    method: 'POST',
    url: 'http://influxdb:8086/api/v2/query?org=my+org',
    headers: {
      Accept: 'application/csv',
      'Content-Type': 'application/json',
      Authorization: 'Token token-1',
    },
    body: `{"dialect":{"annotations":["datatype","group","default"],"delimiter":",","header":true},"query":${JSON.stringify(query)},"type":"flux"}`,
    timeoutMs: 15000,
  })
})

test('without a Secret nothing is said of a token', () => {
  const { url, headers } = firstRequest(influxdb.query(asked(query, { address })))
  expect(url).toBe('http://influxdb:8086/api/v2/query?org=')
  expect(headers).not.toHaveProperty('Authorization')
})

test.each<[object, string]>([
  [{ address: '' }, 'influxdb address  is not a valid URL'],
  [
    { address, secret: { org: 'o' } },
    'influxdb credentials does not contain an authentication token',
  ],
  [{ address, secret: { token: 't' } }, 'influxdb credentials does not contain an organisation'],
])('%j lacks what a request needs', (source, want) => {
  expect(() => influxdb.query(asked(query, source)).next({})).toThrow(want)
})

test.each<[string, string, number | undefined]>([
  ['double', '1.5', 1.5],
  ['double', '1.5e-07', 1.5e-7],
  ['double', '0', 0],
  ['double', '+Inf', Number.POSITIVE_INFINITY],
  ['double', 'NaN', undefined],
  ['double', '', undefined],
  ['long', '42', 42],
  ['unsignedLong', '42', 42],
])('a %s of %j is the value %j', (type, text, want) => {
  expect(read(...table(type, text))).toBe(want)
})

test('an empty answer is no value, not zero', () => {
  expect(read('')).toBeUndefined()
  expect(read('', '')).toBeUndefined()
})

test('the first of several records and tables counts', () => {
  expect(read(...table('double', '1').slice(0, -2), ',,1,x,2,y', '', ...table('long', '3'))).toBe(1)
})

test('cells may hold line ends, and empty ones have the default of their column', () => {
  const lines = [
    '#datatype,string,long,string,double',
    '#default,_result,,,7',
    ',result,table,host,_value',
    ',,0,"two\nlines, quoted",',
  ]
  expect(read(...lines)).toBe(7)
})

test.each<[string, string[], string]>([
  ['a text', table('string', 'up'), '_value is a string, not a number'],
  ['no number', table('double', 'up'), '_value is not a number'],
  ['no column', ['#datatype,string,long', ',result,table', ',,0'], 'there is no column _value'],
  ['a page of a proxy', ['<html>', 'x'], 'it is not annotated CSV'],
  [
    'an error amid the answer',
    ['#datatype,string,string', '#default,,', ',error,reference', ',query terminated,897'],
    'error accessing influxdb query api: query terminated',
  ],
])('%s is an error that says why', (_, lines, want) => {
  expect(() => read(...lines)).toThrow(want)
})

test('a server is there when it takes the token, whatever buckets it has', async () => {
  const probe = () => influxdb.probe(asked('', { address, secret }))
  expect(firstRequest(probe()).body).toContain('"query":"buckets() |> limit(n: 1)"')
  expect(() => replay(probe(), answered(''))).not.toThrow()

  const { http } = answered({ code: 'unauthorized', message: 'no token-1' }, 401)
  const want = {
    error: 'error response: no ***: 401 Unauthorized',
    begun: true,
  }
  expect(await hear({ talk: probe(), secret }, answering(http))).toEqual(want)
  expect(await hear({ talk: influxdb.query(question()), secret }, answering(http))).toEqual(want)
})

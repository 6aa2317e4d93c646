import { expect, test } from 'vitest'
import { datadog } from '../../../src/metrics/datadog/provider.ts'
import { firstRequest, replay } from '../../support/conversations.ts'
import { answered, asked } from './builders.ts'

const secret = { datadog_api_key: 'api-key-1', datadog_application_key: 'app-key-2' }
const question = (query: string) => asked(query, { secret, apiVersion: 'v2' })
const body = (query: string): unknown =>
  JSON.parse(firstRequest(datadog.query(question(query))).body ?? '')
const columns = (...all: object[]) => ({ data: { attributes: { columns: all } } })
const numbers = (...values: unknown[]) => ({ name: 'a', type: 'number', values })
const read = (of: unknown) => replay(datadog.query(question('avg:up{*}')), answered(of)).value

test('one query is asked for its average over the interval', () => {
  expect(firstRequest(datadog.query(question('avg:up{*}\n')))).toMatchObject({
    method: 'POST',
    url: 'https://api.datadoghq.com/api/v2/query/scalar',
    headers: { 'DD-API-KEY': 'api-key-1', 'Content-Type': 'application/json' },
  })
  expect(body('avg:up{*}\n')).toEqual({
    data: {
      type: 'scalar_request',
      attributes: {
        from: 1767227340000,
        to: 1767227400000,
        queries: [{ data_source: 'metrics', aggregator: 'avg', name: 'a', query: 'avg:up{*}' }],
        formulas: [{ formula: 'a' }],
      },
    },
  })
})

test('several queries are joined by a formula', () => {
  const queries = [
    { name: 'errors', query: 'sum:errors{*}', aggregator: 'sum' },
    { name: 'hits', query: 'sum:hits{*}', data_source: 'logs' },
  ]
  expect(body(JSON.stringify({ queries, formula: '100 * errors / hits' }))).toMatchObject({
    data: {
      attributes: {
        queries: [
          { data_source: 'metrics', aggregator: 'sum', name: 'errors', query: 'sum:errors{*}' },
          { data_source: 'logs', aggregator: 'avg', name: 'hits', query: 'sum:hits{*}' },
        ],
        formulas: [{ formula: '100 * errors / hits' }],
      },
    },
  })
})

test.each([
  ['{', 'the query is not JSON'],
  ['{"queries":[]}', 'no text `formula`'],
  ['{"queries":[7],"formula":"a"}', 'no list `queries`'],
])('the query %j is refused before anything is asked', (query, want) => {
  expect(() => datadog.query(question(query)).next({})).toThrow(want)
})

test.each<[unknown, number | undefined]>([
  [columns(numbers(1.5)), 1.5],
  [columns(numbers(0)), 0],
  [columns(numbers(null)), undefined],
  [columns(numbers()), undefined],
  [columns(), undefined],
])('%j holds the value %j', (of, want) => {
  expect(read(of)).toBe(want)
})

test.each<[unknown, string]>([
  [{ errors: ['bad query'] }, 'error response: bad query'],
  [columns(numbers(1, 2)), 'query returned several values'],
  [columns(numbers(1), numbers(2)), 'query returned several values'],
  [columns({ type: 'group', values: [['a']] }, numbers('many')), 'a value is not a number'],
  [{}, 'columns is not a list'],
  ['<html>', 'error unmarshaling result'],
])('%j is an error that says why', (of, want) => {
  expect(() => read(of)).toThrow(want)
})

/** What the servers of each service answer: value, none, null, refusal. By their documentation. */
import { askedAt, vector } from './builders.ts'

export interface Service {
  type: string
  /** What makes one of several ways to ask a service. */
  settings?: object
  secret: Record<string, string>
  query: string
  /** Bodies of an answer with the number, with nothing, and with null in place of the number. */
  value: (number: number) => unknown
  nothing: unknown
  none?: unknown
  /** What a server says to credentials that it does not take; `…` is what it repeats of them. */
  refusal: (echo: string) => { status: number; body: unknown }
}

const startedMs = askedAt.getTime() - 60_000

const firstSeries = (value: number | null) => ({
  series: [{ interval: 20, pointlist: [[startedMs, value]] }],
})
const scalar = (...values: (number | null)[]) => ({
  data: { attributes: { columns: [{ name: 'a', type: 'number', values }] } },
})
const flux = (value: string) =>
  `#datatype,string,long,double\r\n#group,,,\r\n#default,_result,,\r\n,result,table,_value\r\n,,0,${value}\r\n`
const influxql = (...rows: (number | null)[]) => ({
  results: [
    { series: [{ columns: ['time', 'mean'], values: rows.map((value) => [startedMs, value]) }] },
  ],
})
const sse = (...events: [name: string, message: object][]) =>
  events.map(([name, message]) => `event: ${name}\ndata: ${JSON.stringify(message)}\n\n`).join('')
const data = (value: unknown) => ['data', { data: [{ tsId: 'A', value }] }] as [string, object]
const end = ['control-message', { event: 'END_OF_CHANNEL' }] as [string, object]
const mql = (value: unknown) => ({
  timeSeriesData: [{ pointData: [{ values: [{ doubleValue: value }] }] }],
})
const keptn = (value: unknown) => ({ status: { value } })

const plain =
  (status: number): Service['refusal'] =>
  (echo) => ({ status, body: `not with ${echo}` })

const prometheus = {
  type: 'prometheus',
  query: 'up',
  value: (number: number) => vector(`${number}`).body,
  nothing: vector().body,
  none: vector('NaN').body,
  refusal: plain(401),
}
const address = { address: 'https://metrics.example.com' }

export const services: readonly Service[] = [
  { ...prometheus, settings: address, secret: { token: 'first-key' } },
  {
    ...prometheus,
    settings: { ...address, auth: 'sigv4', region: 'eu-west-1' },
    secret: { aws_access_key_id: 'first-key', aws_secret_access_key: 'other' },
  },
  {
    ...prometheus,
    settings: { ...address, auth: 'google' },
    secret: { serviceAccountKey: 'first-key' },
  },
  {
    type: 'datadog',
    secret: { datadog_api_key: 'first-key', datadog_application_key: 'other' },
    query: 'avg:up{*}',
    value: firstSeries,
    nothing: { series: [] },
    none: firstSeries(null),
    refusal: plain(403),
  },
  {
    type: 'datadog',
    settings: { apiVersion: 'v2' },
    secret: { datadog_api_key: 'first-key', datadog_application_key: 'other' },
    query: 'avg:up{*}',
    value: scalar,
    nothing: scalar(),
    none: scalar(null),
    refusal: plain(403),
  },
  {
    type: 'newrelic',
    secret: { newrelic_account_id: '12345', newrelic_query_key: 'first-key' },
    query: 'SELECT count(*) FROM Transaction',
    value: (result) => ({ results: [{ result }] }),
    nothing: { results: [] },
    none: { results: [{ result: null }] },
    refusal: plain(403),
  },
  {
    type: 'graphite',
    settings: address,
    secret: { username: 'me', password: 'first-key' },
    query: 'target=errors',
    value: (value) => [{ target: 'errors', datapoints: [[value, 1]] }],
    nothing: [],
    none: [{ target: 'errors', datapoints: [[null, 1]] }],
    refusal: plain(401),
  },
  {
    type: 'influxdb',
    settings: address,
    secret: { token: 'first-key', org: 'shop' },
    query: 'from(bucket: "b") |> range(start: -1m)',
    value: (number) => flux(`${number}`),
    nothing: '',
    none: flux(''),
    refusal: plain(401),
  },
  {
    type: 'influxdb',
    settings: { ...address, apiVersion: 'v1' },
    secret: { username: 'me', password: 'first-key', database: 'shop' },
    query: 'SELECT mean("value") FROM "errors"',
    value: (number) => influxql(7000, number, null),
    nothing: { results: [{ statement_id: 0 }] },
    none: influxql(null),
    refusal: (echo) => ({ status: 401, body: { error: `authorization failed for ${echo}` } }),
  },
  {
    type: 'dynatrace',
    settings: address,
    secret: { dynatrace_token: 'first-key' },
    query: 'builtin:service.errors.total.rate',
    value: (value) => ({ result: [{ data: [{ values: [value] }] }] }),
    nothing: { result: [{ data: [] }] },
    none: { result: [{ data: [{ values: [null] }] }] },
    refusal: plain(401),
  },
  {
    type: 'cloudwatch',
    settings: { region: 'eu-west-1' },
    secret: { aws_access_key_id: 'first-key', aws_secret_access_key: 'other' },
    query: '[{"Id":"a","Expression":"e"}]',
    value: (value) => ({ MetricDataResults: [{ Id: 'a', Values: [value] }] }),
    nothing: { MetricDataResults: [{ Id: 'a', Values: [] }] },
    none: { MetricDataResults: [{ Id: 'a', Values: [null] }] },
    refusal: (echo) => ({
      status: 400,
      body: { __type: 'com.amazon#UnrecognizedClientException', message: `no ${echo}` },
    }),
  },
  {
    type: 'stackdriver',
    secret: { project: 'shop', serviceAccountKey: 'first-key' },
    query: 'fetch k8s_container',
    value: mql,
    nothing: { timeSeriesData: [] },
    none: mql(null),
    refusal: (echo) => ({ status: 403, body: { error: { message: `no ${echo}` } } }),
  },
  {
    type: 'splunk',
    settings: { address: 'https://api.us1.signalfx.com' },
    secret: { sf_token_key: 'first-key' },
    query: "data('errors').sum().publish()",
    value: (number) => sse(data(7000), data(number), end),
    nothing: sse(end),
    none: sse(data(null), end),
    refusal: plain(401),
  },
  {
    type: 'externalmetrics',
    settings: address,
    secret: { token: 'first-key' },
    query: 'shop/errors',
    value: (number) => ({ items: [{ value: `${number}` }] }),
    nothing: { items: [] },
    none: { items: [{ value: null }] },
    refusal: plain(401),
  },
  {
    type: 'keptn',
    secret: {},
    query: 'keptnmetric/shop/errors',
    value: (number) => keptn(`${number}`),
    nothing: keptn(''),
    none: keptn(null),
    refusal: plain(403),
  },
  {
    type: 'webhook',
    settings: { ...address, method: 'POST' },
    secret: { token: 'first-key' },
    query: '{"of":"errors"}',
    value: (value) => ({ value }),
    nothing: {},
    none: { value: null },
    refusal: plain(401),
  },
]

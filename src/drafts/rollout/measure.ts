/** One metric of an AnalysisTemplate as a MetricTemplate and the bounds of a check. Pure. */
import { type Condition, conditionBeside, conditionOf } from './condition.ts'
import {
  type AnalysisMetric,
  type ImportRemark,
  listOf,
  others,
  type ProviderFields,
  remark,
} from './rollout.ts'

export interface Measure {
  /** The spec of its MetricTemplate. */
  spec: { provider: object; query: string }
  condition: Condition
}

/** Undefined where no MetricTemplate can do it; `remarks` say why. */
export function measureOf(
  metric: AnalysisMetric,
  field: string,
  argument: (name: string) => string | undefined,
): { measure: Measure | undefined; remarks: ImportRemark[] } {
  const { name = '' } = metric
  const [type = '', fields = {}] = Object.entries(metric.provider ?? {})[0] ?? []
  const read = Object.hasOwn(providers, type) ? providers[type] : undefined
  if (!read)
    return { measure: undefined, remarks: [remark('essential', field, byHand(name, type))] }
  const bounds = boundsOf(metric, field)
  if (!bounds.condition) return { measure: undefined, remarks: bounds.remarks }
  const address = withArguments(fields.address ?? '', argument)
  const filled = { ...fields, ...(fields.address !== undefined && { address: address.query }) }
  const { provider, query, remarks = [] } = read(filled, field)
  const text = withArguments(query, argument)
  const unknown = [
    ...address.missing.map((one) => remark('essential', field, addressText(name, one))),
    ...text.missing.map((one) => remark('essential', field, missingText(name, one))),
  ]
  const spec = { provider, query: text.query }
  return {
    measure: { spec, condition: bounds.condition },
    remarks: [...bounds.remarks, ...remarks, ...unknown, ...leftOut(type, fields, field)],
  }
}

function byHand(name: string, type: string): string {
  if (type === 'web')
    return `metric "${name}" asks an address: write a rollout hook, or a MetricTemplate of the type webhook`
  if (type === 'job') return `metric "${name}" is a Job: write a rollout hook that runs it`
  return `metric "${name}" is of the kind "${type}", which has no counterpart`
}

function missingText(name: string, argument: string): string {
  return `metric "${name}" uses the argument "${argument}", which has no value here: write {{ target }}, {{ service }} or {{ namespace }} instead`
}

function addressText(name: string, argument: string): string {
  return `the address of metric "${name}" is made of the argument "${argument}", which has no value here: set provider.address`
}

/** Fields of a provider that nothing here stands for. */
function leftOut(type: string, fields: ProviderFields, field: string): ImportRemark[] {
  // Profiles and Secrets are told by what the login needs here; how long to wait is no difference.
  const read = ['address', 'query', 'queries', 'formula', 'apiVersion', 'insecure', 'headers']
  const known = [...read, 'metricDataQueries', 'authentication', 'profile', 'secretRef', 'timeout']
  return others(fields, known).map((name) =>
    remark(
      name === 'rangeQuery' ? 'essential' : 'lost',
      field,
      name === 'rangeQuery'
        ? 'a query over a range has many values: write a query with one'
        : `${type}.${name} has no counterpart`,
    ),
  )
}

interface Bounds {
  condition?: Condition
  remarks: ImportRemark[]
}

function boundsOf(
  { name, successCondition, failureCondition }: AnalysisMetric,
  field: string,
): Bounds {
  const success = successCondition === undefined ? undefined : conditionOf(successCondition)
  const failure = failureCondition === undefined ? undefined : conditionBeside(failureCondition)
  const found = successCondition === undefined ? failure : success
  if (!found) {
    const condition = successCondition ?? failureCondition
    const why =
      condition === undefined
        ? 'has no condition'
        : `has a condition that is more than a comparison with numbers: ${condition}`
    return { remarks: [remark('essential', field, `metric "${name}" ${why}`)] }
  }
  const isBetween =
    successCondition !== undefined &&
    failureCondition !== undefined &&
    JSON.stringify(success?.range) !== JSON.stringify(failure?.range)
  const between = `metric "${name}" was inconclusive between its two conditions; that fails here`
  return {
    condition: found,
    remarks: [
      ...(isBetween ? [remark('changed', field, between)] : []),
      ...(found.noData ? [remark('changed', field, unmeasured(name))] : []),
    ],
  }
}

function unmeasured(name = ''): string {
  return `metric "${name}" passes without a value, as it did (noData), and so it does where the value is NaN`
}

const placeholder = /\{\{\s*args\.([\w-]+)\s*\}\}/g

/** Values stand in place of arguments; one without a value becomes a variable, which lint tells. */
function withArguments(query: string, argument: (name: string) => string | undefined) {
  const missing: string[] = []
  const text = query.replaceAll(placeholder, (_, name: string) => {
    const value = argument(name)
    if (value !== undefined) return value
    missing.push(name)
    return `{{ variables.${name.replaceAll('-', '_')} }}`
  })
  return { query: text, missing: [...new Set(missing)] }
}

interface Asked {
  provider: object
  query: string
  remarks?: ImportRemark[]
}

/** What each service is asked, and what of it a person must still give. */
const providers: Readonly<Record<string, (of: ProviderFields, field: string) => Asked>> = {
  prometheus({ address, query = '', insecure, headers, authentication }, field) {
    const { sigv4, oauth2 } = authentication ?? {}
    return {
      provider: {
        ...{ type: 'prometheus', address: address ?? 'http://prometheus:9090' },
        ...(insecure && { insecureSkipVerify: true }),
        ...(sigv4 && { auth: 'sigv4', ...(sigv4.region && { region: sigv4.region }) }),
        ...headersIn(headers),
      },
      query,
      remarks: [
        ...(address === undefined
          ? [remark('todo', field, 'the address of Prometheus is a guess: set provider.address')]
          : []),
        ...(oauth2 ? [remark('lost', field, 'a login by OAuth2 has no counterpart')] : []),
      ],
    }
  },
  datadog({ query = '', queries, apiVersion }, field) {
    const message = 'several queries with a formula: write the query by hand'
    return {
      provider: { type: 'datadog', ...(apiVersion === 'v2' && { apiVersion }) },
      query,
      remarks: [
        ...(queries ? [remark('essential', field, message)] : []),
        secret(field, 'datadog_api_key and datadog_application_key'),
      ],
    }
  },
  newRelic({ query = '' }, field) {
    const message = 'the query must not say SINCE: the interval of the metric does'
    return {
      provider: { type: 'newrelic' },
      query,
      remarks: [
        ...(/\bsince\b/i.test(query) ? [remark('essential', field, message)] : []),
        secret(field, 'newrelic_account_id and newrelic_query_key'),
      ],
    }
  },
  cloudWatch({ metricDataQueries }, field) {
    const message = 'set provider.region, and a Secret or the rights of the controller'
    return {
      provider: { type: 'cloudwatch', region: 'us-east-1' },
      query: JSON.stringify(metricDataQueries ?? []),
      remarks: [remark('todo', field, message)],
    }
  },
  graphite: ({ address = '', query = '' }) => ({
    provider: { type: 'graphite', address },
    query: /^\s*target=/.test(query) ? query.trim() : `target=${query}`,
  }),
  influxdb({ query = '' }, field) {
    const provider = { type: 'influxdb', address: 'http://influxdb:8086' }
    const message = 'the address of InfluxDB was in a profile: set provider.address'
    const remarks = [remark('todo', field, message), secret(field, 'influx_token and influx_org')]
    return { provider, query, remarks }
  },
}

function secret(field: string, keys: string): ImportRemark {
  return remark('todo', field, `the login needs provider.secretRef, a Secret with ${keys}`)
}

function headersIn(headers: ProviderFields['headers']): object {
  const all = listOf(headers).flatMap(({ key, value }) =>
    key === undefined || value === undefined ? [] : [[key, [value]] as const],
  )
  return all.length > 0 ? { headers: Object.fromEntries(all) } : {}
}

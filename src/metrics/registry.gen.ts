// Generated from the folders beside it by `npm run generate`; not to be edited.
import { datadog } from './datadog/index.ts'
import { dynatrace } from './dynatrace/index.ts'
import { graphite } from './graphite/index.ts'
import { influxdb } from './influxdb/index.ts'
import { newrelic } from './newrelic/index.ts'
import { prometheus } from './prometheus/index.ts'
import { webhook } from './webhook/index.ts'
import type { MetricService } from './provider.ts'

/** Every metric service, in the order of their folders. */
export const metricServices: readonly MetricService[] = [
  datadog,
  dynatrace,
  graphite,
  influxdb,
  newrelic,
  prometheus,
  webhook,
]

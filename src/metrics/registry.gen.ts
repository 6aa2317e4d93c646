// Generated from the folders beside it by `npm run generate`; not to be edited.
import { cloudwatch } from './cloudwatch/index.ts'
import { datadog } from './datadog/index.ts'
import { dynatrace } from './dynatrace/index.ts'
import { externalMetrics } from './external-metrics/index.ts'
import { graphite } from './graphite/index.ts'
import { influxdb } from './influxdb/index.ts'
import { keptn } from './keptn/index.ts'
import { newrelic } from './newrelic/index.ts'
import { prometheus } from './prometheus/index.ts'
import { splunk } from './splunk/index.ts'
import { stackdriver } from './stackdriver/index.ts'
import { webhook } from './webhook/index.ts'
import type { MetricService } from './provider.ts'

/** Every metric service, in the order of their folders. */
export const metricServices: readonly MetricService[] = [
  cloudwatch,
  datadog,
  dynatrace,
  externalMetrics,
  graphite,
  influxdb,
  keptn,
  newrelic,
  prometheus,
  splunk,
  stackdriver,
  webhook,
]

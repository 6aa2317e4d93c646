/** InfluxDB, by Flux or InfluxQL. */
import type { MetricService } from '../provider.ts'
import { influxdb as provider } from './provider.ts'

export const influxdb: MetricService = { type: 'influxdb', provider, isExact: true }

/** Splunk Observability Cloud, which was SignalFx. */
import type { MetricService } from '../provider.ts'
import { splunk as provider } from './provider.ts'

export const splunk: MetricService = { type: 'splunk', provider }

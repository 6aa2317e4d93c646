/** Graphite, and what renders as it does. */
import type { MetricService } from '../provider.ts'
import { graphite as provider } from './provider.ts'

export const graphite: MetricService = { type: 'graphite', provider }

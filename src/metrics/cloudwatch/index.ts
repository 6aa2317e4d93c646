/** CloudWatch of AWS. */
import type { MetricService } from '../provider.ts'
import { cloudwatch as provider } from './provider.ts'

export const cloudwatch: MetricService = { type: 'cloudwatch', provider }

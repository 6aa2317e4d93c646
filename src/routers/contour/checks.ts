/** What Contour's Envoy counts of the canary's Service. */
import { envoy } from '../checks.ts'

export const checks = envoy(
  'envoy_cluster_name=~"{{ namespace }}_{{ service }}-canary_[0-9a-zA-Z-]+"',
  ',',
)

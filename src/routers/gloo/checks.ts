/** What Gloo's Envoy counts of the canary's Upstream. */
import { envoy } from '../checks.ts'

// Flagger says {{ target }}, which finds nothing where spec.service.name is another name.
export const checks = envoy(
  'envoy_cluster_name=~"{{ namespace }}-{{ service }}-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+"',
  ',',
)

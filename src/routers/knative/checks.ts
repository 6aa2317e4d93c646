/** What the Envoy in front of Knative counts of the canary's revision. */
import { envoy } from '../checks.ts'

export const checks = envoy('envoy_cluster_name=~"{{ namespace }}/{{ route }}"', ',')

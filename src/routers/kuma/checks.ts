/** What the Envoy of Kuma's sidecars counts of the canary's Service. */
import { envoy } from '../checks.ts'

export const checks = envoy(
  'service=~"{{ service }}-canary_{{ namespace }}_svc_[0-9a-zA-Z-]+"',
  ',',
)

/** What App Mesh's Envoy counts in the pods of the canary. */
import { envoy, podNames } from '../checks.ts'

export const checks = envoy(podNames)

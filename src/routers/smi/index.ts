/** Any mesh that reads TrafficSplits, of the version that the provider string names. */
import { sidecars } from '../checks.ts'
import type { Provider } from '../provider.ts'
import { splitRivalry } from '../weighted/split-places.ts'
import {
  type SmiVersion,
  trafficSplitRouter,
  trafficSplits,
  smiVersions as versions,
} from '../weighted/traffic-split.ts'

/** A mesh may stand behind the version, as in `smi:v1alpha2:istio`. */
function versionOf(provider: string): SmiVersion | undefined {
  return versions.find((version) => provider.startsWith(`smi:${version}`))
}

export const smi: Provider = {
  names: ['smi:v1alpha1', 'smi:v1alpha2', 'smi:v1alpha3'],
  serves: (provider) => versionOf(provider) !== undefined,
  kinds: versions.map(trafficSplits),
  router: trafficSplitRouter((provider) => versionOf(provider) ?? 'v1alpha1'),
  // SMI has no queries of its own for these checks; as in Flagger those of Istio are asked.
  checks: sidecars,
  // The object has the name of the apex Service, which no two canaries may share.
  claims: () => [],
  rivalry: splitRivalry,
}

import type { CanaryStatus } from '../../src/canary/api.gen.ts'

/** The fields of the status that Flagger's own definition has; the API server drops all others. */
export const flaggerStatus: readonly (keyof CanaryStatus)[] = [
  'phase',
  'failedChecks',
  'canaryWeight',
  'iterations',
  'trackedConfigs',
  'lastAppliedSpec',
  'lastPromotedSpec',
  'lastTransitionTime',
  'sessionAffinityCookie',
  'previousSessionAffinityCookie',
  'primarySessionAffinityCookie',
  'conditions',
]

/**
 * Where this controller differs from a recording on purpose, or where the recording shows chance.
 * What else differs is a failure, and so is an entry that does not hold any more.
 */
export interface Difference {
  recording: string
  difference: RegExp
  reason: string
}

/** Event missing, or fewer times than Flagger says it. */
const less = (event: string) => new RegExp(`^event missing or out of order: ${event}`)

export const differences: readonly Difference[] = [
  {
    recording: 'contour-ab',
    difference: /^HTTPProxy\/podinfo state 0: \.spec\.routes: want 2 items, got 3/,
    reason: 'a route for each entry of the test: Contour refuses two prefixes in one route',
  },
  {
    recording: 'contour-canary',
    difference: /^HTTPProxy\/podinfo state 0: .*\.retryPolicy\.retryOn: want a list, got nothing$/,
    reason: 'the empty condition of a retry is refused by the definition of HTTPProxy',
  },
  {
    recording: 'gate-traffic-increase',
    difference: less('Normal Synced: Starting canary analysis'),
    reason: 'said when the analysis starts, not at each look of a run that waits before it',
  },
  {
    recording: 'gate-traffic-increase',
    difference: less('Warning Synced: Halt .* waiting for traffic increase approval more'),
    reason: 'a wait is told once, and again every five minutes',
  },
  {
    recording: 'gates',
    difference: less('Normal Synced: Advance .* canary iteration 2/2'),
    reason: 'a run that waits for its promotion goes on measuring: that is no step',
  },
  {
    recording: 'gates',
    difference: /^request missing: POST \/ev .*"WaitingPromotion".*"Advance .* iteration 2\/2"/,
    reason: 'the same, as its event hook hears it',
  },
  ...['sum', 'histogram_quantile'].map((query) => ({
    recording: 'k8s-daemonset',
    difference: new RegExp(
      `^request missing: GET /api/v1/query ${query}\\(.*podinfo-\\[0-9a-zA-Z\\]\\+\\(-\\[0-9a-zA-Z\\]\\+\\)`,
    ),
    reason: 'pods of a DaemonSet have no such names, but those of its primary do',
  })),
  {
    recording: 'k8s-no-values',
    difference: less('Warning Synced: .*error response: Status 500 Internal Server Error: boom'),
    reason:
      'an answer in no form of Prometheus may be that of another server: only its status is told',
  },
  ...[
    less('Warning Synced: reconcileCanaryService failed: creating service'),
    /^Canary\/podinfo status: step 1: want end, got Initialized/,
    /^Service\/podinfo-(canary|primary): unexpected object$/,
  ].map((difference) => ({
    recording: 'k8s-service-target',
    difference,
    reason:
      'Flagger copies the addresses of the Service, which a current API server refuses for ever: ' +
      'here the copies are made, and the run comes to its end',
  })),
]

/** Of the differences found in one recording those that nobody lists, and listed ones not found. */
export function unlisted(
  recording: string,
  found: readonly string[],
): { unexpected: string[]; outdated: string[] } {
  const listed = differences.filter((one) => one.recording === recording)
  const unexpected = found.filter((text) => !listed.some(({ difference }) => difference.test(text)))
  const outdated = listed.filter(({ difference }) => !found.some((text) => difference.test(text)))
  return { unexpected, outdated: outdated.map(({ difference }) => difference.source) }
}

/** Every flag of the controller, its default, and what it is for. */
import { defaultProvider } from '../../../src/canary/providers.gen.ts'
import { usualSelectorLabels } from '../../../src/workloads/workload.ts'
import type { FlagSpec } from './flags.ts'

const text = (about: string, otherwise = ''): FlagSpec => ({
  type: 'string',
  default: otherwise,
  about,
})
const truth = (about: string, otherwise = false): FlagSpec => ({
  type: 'boolean',
  default: otherwise,
  about,
})
const count = (about: string, otherwise: number): FlagSpec => ({
  type: 'number',
  default: otherwise,
  about,
})
const time = (about: string, otherwise: string): FlagSpec => ({
  type: 'duration',
  default: otherwise,
  about,
})

/** Flagger's flags, with its defaults, and ours at the end. */
export const flagSpecs = {
  kubeconfig: text('kubeconfig file; in a pod, empty takes KUBECONFIG or the account of the pod'),
  'kubeconfig-qps': count(
    'requests to the API server in a second; 0 sets no rate: then 20 at a time, and its own limits',
    0,
  ),
  'kubeconfig-burst': count('requests to the API server at once', 250),
  'kubeconfig-service-mesh': text('kubeconfig of the cluster that holds the routing objects'),
  master: text('address of the API server, in place of the kubeconfig'),
  namespace: text('look after this namespace only'),
  'mesh-provider': text('provider of canaries that name none', defaultProvider),
  'metrics-server': text('Prometheus of the built-in checks', 'http://prometheus:9090'),
  'control-loop-interval': time('accepted for compatibility: changes wake canaries at once', '10s'),
  threadiness: count('how many times 32 canaries are worked on at the same time', 2),
  'log-level': text('debug, info, warn, error or fatal', 'debug'),
  'zap-encoding': text('json or console', 'json'),
  'zap-replace-globals': truth('accepted for compatibility, without effect'),
  port: count('port of /healthz, /readyz and /metrics', 8080),
  'selector-labels': text(
    'labels that may select pods, in order of preference',
    usualSelectorLabels.join(','),
  ),
  'include-label-prefix': text('prefixes of labels and annotations that primaries get; * for all'),
  'enable-config-tracking': truth('track ConfigMaps and Secrets', true),
  'ingress-annotations-prefix': text('prefix of NGINX annotations', 'nginx.ingress.kubernetes.io'),
  'ingress-class': text('accepted for compatibility, without effect'),
  'slack-url': text('webhook of the global Slack alerts'),
  'slack-token': text('token of the global Slack alerts'),
  'slack-proxy-url': text('proxy of the global Slack alerts'),
  'slack-user': text('user name of the global Slack alerts', 'flagger'),
  'slack-channel': text('channel of the global Slack alerts; general where it is empty'),
  'msteams-url': text('webhook of the global Teams alerts'),
  'msteams-proxy-url': text('proxy of the global Teams alerts'),
  'event-webhook': text('address that gets every event of canaries without event hooks'),
  'cluster-name': text('named in every alert'),
  'gate-url': text(
    'page on which people open a gate, for the alert of one that waits: https://…/{{ namespace }}/{{ name }}?gate={{ gate }}; {{ cluster }} as well',
  ),
  'no-cross-namespace-refs': truth('refuse references into other namespaces'),
  'enable-leader-election': truth('of several replicas, let one act'),
  'leader-election-namespace': text('namespace of the lease', 'kube-system'),
  version: truth('print the version and exit'),
  help: truth('print the flags and exit'),
  'dry-run': truth('analyse, decide and log, but change nothing'),
  'failed-is-zero': truth(
    'flagger_canary_status is 0 after a rollback and 2 in a run, as some guides have it',
  ),
  'minimum-analysis-interval': time('shortest analysis interval; below 10s is for tests', '10s'),
  'max-rollouts': count('runs under way at a time, the oldest first; 0 sets no limit', 0),
  'max-rollouts-per-namespace': count('the same, of each namespace', 0),
  'max-requests': count(
    'requests to metric servers, hooks and chat services under way at a time, shared by namespaces',
    1024,
  ),
  'max-request-timeout': time('longest time that any of them may take', '1h'),
  address: text('address to listen on; empty listens on all'),
  'metrics-address': text(
    'address and port for /metrics alone, such as 127.0.0.1:9797 or :9797; empty serves it on -port',
  ),
  'require-shared-with': truth(
    "use MetricTemplates, AlertProviders and Upstreams of other namespaces than the canary's and the controller's only where their annotation flagger.app/shared-with names the canary's",
  ),
  'hook-methods': text('methods that hooks may ask for by metadata.method', 'POST'),
  judge: text(
    'shadow: whose Canary names no judge is judged without effect, to see what it would do',
  ),
  'allowed-addresses': text(
    'networks, addresses and names of hosts that hooks, metrics and alerts may lead to, beyond the usual: 127.0.0.1,*.example.com',
  ),
  'denied-addresses': text(
    'the same that they may not lead to; -allowed-addresses goes before it: * denies all others',
  ),
} as const satisfies Record<string, FlagSpec>

export type FlagName = keyof typeof flagSpecs

/** Environment variables that go before flags where they are not empty. */
export const variables: Partial<Record<FlagName, string>> = {
  'slack-url': 'SLACK_URL',
  'slack-token': 'SLACK_TOKEN',
  'slack-proxy-url': 'SLACK_PROXY_URL',
  'msteams-url': 'MSTEAMS_URL',
  'msteams-proxy-url': 'MSTEAMS_PROXY_URL',
  'event-webhook': 'EVENT_WEBHOOK_URL',
}

/** The flags and what they mean, for `-help`. */
export function usage(): string {
  const lines = Object.entries(flagSpecs).map(([name, { default: otherwise, about }]) => {
    const shown = otherwise === '' || otherwise === false ? '' : ` (default ${otherwise})`
    return `  -${name}\n        ${about}${shown}`
  })
  return ['Usage of canary-controller:', ...lines].join('\n')
}

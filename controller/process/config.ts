/** Everything the controller was told, by flags and environment; parsed once, then frozen. */

import { defaultProvider } from '../../src/canary/canary.ts'
import type { Sharing } from '../../src/canary/sharing.ts'
import { UsageError } from '../../src/errors.ts'
import { type AddressFlags, createAddressRules } from '../../src/io/outside/addresses.ts'
import { gateLink } from '../../src/notifiers/alerts.ts'
import { usualSelectorLabels } from '../../src/workloads/workload.ts'
import { type FlagSpec, readBoolean, readFlags, readMs, readNumber } from './flags.ts'

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
  'max-rollouts': count('rollouts under way at a time, the oldest first; 0 sets no limit', 0),
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
    "use MetricTemplates and AlertProviders of other namespaces than the canary's and the controller's only where their annotation flagger.app/shared-with names the canary's",
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

type FlagName = keyof typeof flagSpecs

/** Environment variables that go before flags where they are not empty. */
export const variables: Partial<Record<FlagName, string>> = {
  'slack-url': 'SLACK_URL',
  'slack-token': 'SLACK_TOKEN',
  'slack-proxy-url': 'SLACK_PROXY_URL',
  'msteams-url': 'MSTEAMS_URL',
  'msteams-proxy-url': 'MSTEAMS_PROXY_URL',
  'event-webhook': 'EVENT_WEBHOOK_URL',
}

export interface GlobalNotifier {
  url: string
  proxy: string
}

export interface Config {
  kubeconfig: string
  master: string
  meshKubeconfig: string
  qps: number
  burst: number
  namespace: string
  meshProvider: string
  metricsServer: string
  controlLoopMs: number
  threads: number
  logLevel: string
  logEncoding: 'json' | 'console'
  port: number
  address: string
  /** Where /metrics is served, and nowhere else; absent is beside the probes. */
  metricsAddress: { address: string; port: number } | undefined
  selectorLabels: readonly string[]
  includeLabelPrefix: readonly string[]
  configTracking: boolean
  ingressAnnotationsPrefix: string
  ingressClass: string
  slack: GlobalNotifier & { token: string; user: string; channel: string }
  msteams: GlobalNotifier
  eventWebhook: string
  clusterName: string
  gateUrl: string
  noCrossNamespaceRefs: boolean
  sharing: Sharing
  leaderElection: boolean
  leaseNamespace: string
  version: boolean
  help: boolean
  dryRun: boolean
  failedIsZero: boolean
  minIntervalMs: number
  mostRollouts: number
  mostRolloutsPerNamespace: number
  mostRequests: number
  longestTimeoutMs: number
  hookMethods: readonly string[]
  shadowJudge: boolean
  addresses: AddressFlags
}

/**
 * Flags, then environment variables where they are not empty. Throws UsageError with one sentence
 * that names the flag and what it takes.
 */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Config> {
  const given = readFlags(args, flagSpecs)
  const of = (name: FlagName): string =>
    (variables[name] && env[variables[name]]) || given.get(name) || fallback(given, name)
  const isOn = (name: FlagName): boolean => readBoolean(name, of(name))
  const ms = (name: FlagName): number => readMs(name, of(name))
  const number = (name: FlagName): number => readNumber(name, of(name))
  return Object.freeze({
    kubeconfig: of('kubeconfig'),
    master: of('master'),
    meshKubeconfig: of('kubeconfig-service-mesh'),
    qps: number('kubeconfig-qps'),
    burst: number('kubeconfig-burst'),
    namespace: of('namespace'),
    meshProvider: of('mesh-provider'),
    metricsServer: of('metrics-server'),
    controlLoopMs: ms('control-loop-interval'),
    threads: Math.max(1, number('threadiness')),
    logLevel: logLevel(of('log-level')),
    logEncoding: of('zap-encoding') === 'console' ? 'console' : 'json',
    port: number('port'),
    address: of('address'),
    metricsAddress: listenAddress('metrics-address', of('metrics-address')),
    selectorLabels: list(of('selector-labels')),
    includeLabelPrefix: list(of('include-label-prefix')),
    configTracking: isOn('enable-config-tracking'),
    ingressAnnotationsPrefix: of('ingress-annotations-prefix'),
    ingressClass: of('ingress-class'),
    slack: {
      url: of('slack-url'),
      token: of('slack-token'),
      proxy: of('slack-proxy-url'),
      user: of('slack-user'),
      channel: of('slack-channel'),
    },
    msteams: { url: of('msteams-url'), proxy: of('msteams-proxy-url') },
    eventWebhook: of('event-webhook'),
    clusterName: of('cluster-name'),
    gateUrl: gateUrl(of('gate-url')),
    noCrossNamespaceRefs: isOn('no-cross-namespace-refs'),
    sharing: { isRequired: isOn('require-shared-with'), home: env.POD_NAMESPACE ?? '' },
    leaderElection: isOn('enable-leader-election'),
    leaseNamespace: of('namespace') || of('leader-election-namespace'),
    version: isOn('version'),
    help: isOn('help'),
    dryRun: isOn('dry-run'),
    failedIsZero: isOn('failed-is-zero'),
    minIntervalMs: ms('minimum-analysis-interval'),
    mostRollouts: number('max-rollouts'),
    mostRolloutsPerNamespace: number('max-rollouts-per-namespace'),
    mostRequests: Math.max(1, number('max-requests')),
    longestTimeoutMs: ms('max-request-timeout'),
    hookMethods: list(of('hook-methods').toUpperCase()),
    shadowJudge: isShadow(of('judge')),
    addresses: addressFlags(of),
  })
}

function isShadow(judge: string): boolean {
  if (judge === '' || judge === 'shadow') return judge === 'shadow'
  throw new UsageError(`-judge=${judge} is not known; use -judge=shadow, or leave it out`)
}

/** A slip is told at the start, not by the first gate that waits. */
function gateUrl(url: string): string {
  const names = { name: 'name', namespace: 'namespace', gate: 'gate' }
  const link = gateLink({ gateUrl: url, clusterName: 'cluster' }, names)
  if (url === '' || (/^https?:$/.test(URL.parse(link)?.protocol ?? '') && !link.includes('{{')))
    return url
  throw new UsageError(
    `flag -gate-url must be an http or https address that names {{ name }}, {{ namespace }}, {{ gate }} and {{ cluster }} at most, not "${url}"`,
  )
}

/** Read at once, so that a slip is told at the start. */
function addressFlags(of: (name: FlagName) => string): AddressFlags {
  const flags = { allowed: list(of('allowed-addresses')), denied: list(of('denied-addresses')) }
  createAddressRules(flags)
  return flags
}

/** The flags and what they mean, for `-help`. */
export function usage(): string {
  const lines = Object.entries(flagSpecs).map(([name, { default: otherwise, about }]) => {
    const shown = otherwise === '' || otherwise === false ? '' : ` (default ${otherwise})`
    return `  -${name}\n        ${about}${shown}`
  })
  return ['Usage of canary-controller:', ...lines].join('\n')
}

/** An empty value given on purpose stays empty where that means something. */
function fallback(given: Map<string, string>, name: FlagName): string {
  const { type, default: otherwise } = flagSpecs[name]
  return given.has(name) && type === 'string' ? '' : String(otherwise)
}

/** `HOST:PORT`, `[::1]:PORT` or `:PORT`. */
function listenAddress(name: string, value: string): Config['metricsAddress'] {
  if (value === '') return undefined
  const at = value.lastIndexOf(':')
  const port = value.slice(at + 1)
  if (at < 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`flag -${name} must be like 127.0.0.1:9797 or :9797, not "${value}"`)
  return { address: value.slice(0, at).replace(/^\[([^\]]*)\]$/, '$1'), port: Number(port) }
}

function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

const levels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
  panic: 'fatal',
}

/** Like Flagger's, an unknown level means info. */
function logLevel(value: string): string {
  return levels[value] ?? 'info'
}

/**
 * Why it does not start: outside a pod the cluster must be named. kubectl finds this program for
 * `kubectl canary controller`, and nobody means to take over the cluster of the day from a laptop.
 */
export function unnamedCluster(
  { kubeconfig, master }: Pick<Config, 'kubeconfig' | 'master'>,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (env.KUBERNETES_SERVICE_HOST || kubeconfig !== '' || master !== '') return undefined
  return 'not in a pod: this is the controller, which acts on every canary of a cluster; name the cluster with -kubeconfig or -master'
}

/** Everything the controller was told, by flags and environment; parsed once, then frozen. */

import type { Sharing } from '../../../src/canary/sharing.ts'
import { UsageError } from '../../../src/errors.ts'
import { type AddressFlags, createAddressRules } from '../../../src/io/outside/addresses.ts'
import { gateLink } from '../../../src/notifiers/alerts.ts'
import { type FlagName, flagSpecs, variables } from './flag-specs.ts'
import { readBoolean, readFlags, readMs, readNumber } from './flags.ts'
import { type Destination, globalAlerts } from './global-alerts.ts'

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
  globalAlerts: Destination | undefined
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
    globalAlerts: globalAlerts(of),
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

/** The part of the configuration that decisions depend on. */
import type { ControllerSettings } from '../../src/canary/api.gen.ts'
import { formatDuration } from '../../src/canary/duration.ts'
import { leaseName } from '../../src/io/kube/lease.ts'
import type { Config } from './config/config.ts'
import type { Settings } from './deps.ts'

/** What a decision sees of the flags. */
export function settingsOf(
  config: Readonly<Config>,
  { ownRoutes }: { ownRoutes: boolean },
): Settings {
  const { meshProvider, metricsServer, minIntervalMs, shadowJudge } = config
  return {
    defaults: { meshProvider, metricsServer, minIntervalMs, shadowJudge },
    routers: {
      ingressAnnotationsPrefix: config.ingressAnnotationsPrefix,
      ingressClass: config.ingressClass,
      ownRoutes,
      sharing: config.sharing,
    },
    workloads: {
      selectorLabels: config.selectorLabels,
      includeLabelPrefix: config.includeLabelPrefix,
      configTracking: config.configTracking,
    },
    noCrossNamespaceRefs: config.noCrossNamespaceRefs,
    sharing: config.sharing,
    dryRun: config.dryRun,
    hasEventHook: config.eventWebhook !== '',
    hookMethods: config.hookMethods,
    longestTimeoutMs: config.longestTimeoutMs,
  }
}

/** What the status says of the flags, for who reads a Canary without knowing them. */
export function shownSettings(
  config: Readonly<Config>,
  { ownRoutes }: { ownRoutes: boolean },
): ControllerSettings {
  const { meshProvider, minIntervalMs, includeLabelPrefix } = config
  return {
    ...(meshProvider !== '' && { provider: meshProvider }),
    ingressAnnotationsPrefix: config.ingressAnnotationsPrefix,
    selectorLabels: [...config.selectorLabels],
    ...(includeLabelPrefix.length > 0 && { includeLabelPrefixes: [...includeLabelPrefix] }),
    ...(minIntervalMs !== usualIntervalMs && { minimumInterval: formatDuration(minIntervalMs) }),
    ...(config.leaderElection && { lease: `${config.leaseNamespace}/${leaseName}` }),
    ...(!ownRoutes && { routesElsewhere: true }),
    ...(config.sharing.isRequired && { requireSharedWith: true }),
  }
}

const usualIntervalMs = 10_000

/** The part of the configuration that decisions depend on. */
import type { Config } from './config.ts'
import type { Settings } from './deps.ts'

export function settingsOf(
  config: Readonly<Config>,
  { ownRoutes }: { ownRoutes: boolean },
): Settings {
  const { meshProvider, metricsServer, minIntervalMs } = config
  return {
    defaults: { meshProvider, metricsServer, minIntervalMs },
    routers: {
      ingressAnnotationsPrefix: config.ingressAnnotationsPrefix,
      ingressClass: config.ingressClass,
      ownRoutes,
    },
    workloads: {
      selectorLabels: config.selectorLabels,
      includeLabelPrefix: config.includeLabelPrefix,
      configTracking: config.configTracking,
    },
    noCrossNamespaceRefs: config.noCrossNamespaceRefs,
    dryRun: config.dryRun,
  }
}

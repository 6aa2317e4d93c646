/** Whether the metric providers of a canary are there, asked while it is initialised. */
import type { Canary } from '../canary/canary.ts'
import { messageOf } from '../errors.ts'
import type { HttpAnswer, HttpRequest } from '../io/http.ts'
import type { Find } from '../objects.ts'
import { shownAddress } from '../shown-address.ts'
import { isBuiltin, ownSource } from './checks.ts'
import { secretsOf, shownError } from './echoes.ts'
import { unreadable } from './judge.ts'
import { prometheus } from './prometheus/provider.ts'
import type { MetricProvider, MetricSource } from './provider.ts'
import { loadTemplate, sourceOf } from './template-source.ts'

/** A request to a provider, or the problem that keeps it from being asked. */
export type ProviderProbe =
  | {
      request: HttpRequest
      provider: MetricProvider
      unavailable: string
      /** What texts about the answer must not hold. */
      secrets: readonly string[]
    }
  | { problem: string }

/** One probe for each metric, in order; the first that fails is reported. */
export function providerProbes(canary: Canary, find: Find): ProviderProbe[] {
  return canary.analysis.metrics.flatMap((metric): ProviderProbe[] => {
    const { name, templateRef } = metric
    if (isBuiltin(name)) {
      const address = shownAddress(canary.metricsServer)
      const building = `error building Prometheus client for ${address} `
      return [probeOf(prometheus, ownSource(canary), building, 'prometheus not avaiable')]
    }
    if (!templateRef) return []
    const loaded = loadTemplate(templateRef, find)
    if ('problem' in loaded) return [{ problem: `metric ${loaded.problem}` }]
    const { spec, provider, secret } = loaded
    const { type } = spec.provider
    const place = `metric template ${templateRef.name}.${templateRef.namespace}`
    const unavailable = `${type} in ${place} not avaiable`
    const source = sourceOf(spec, secret)
    return [probeOf(provider, source, `${place} provider ${type} error: `, unavailable)]
  })
}

/** Why a provider is not available; undefined when it is. */
export function probeProblem(
  probe: ProviderProbe,
  outcome: { answer: HttpAnswer } | { error: string },
): string | undefined {
  if ('problem' in probe) return probe.problem
  const { unavailable, provider, secrets } = probe
  if ('error' in outcome)
    return `${unavailable}: running query failed: request failed: ${outcome.error}`
  try {
    provider.probed(outcome.answer)
    return undefined
  } catch (cause) {
    return `${unavailable}: ${shownError(unreadable(cause), secrets)}`
  }
}

function probeOf(
  provider: MetricProvider,
  source: MetricSource,
  building: string,
  unavailable: string,
): ProviderProbe {
  try {
    const request = provider.probe(source)
    return { request, provider, unavailable, secrets: secretsOf(request, source.secret) }
  } catch (cause) {
    return { problem: building + messageOf(cause) }
  }
}

/** Whether the metric providers of a canary are there, asked while it is initialised. */
import type { Canary } from '../canary/canary.ts'
import type { Sharing } from '../canary/sharing.ts'
import type { Find } from '../objects.ts'
import { shownAddress } from '../shown-address.ts'
import { isBuiltin, ownSource } from './checks.ts'
import { type Answerer, hear, type Question } from './conversation.ts'
import { prometheus } from './prometheus/provider.ts'
import { type Asker, loadTemplate, sourceOf } from './templates/template-source.ts'

/** A question to a provider, or the problem that keeps it from being asked. */
export type ProviderProbe =
  | (Question<void> & {
      /** What precedes the reason where the source lacks what it needs. */
      building: string
      unavailable: string
    })
  | { problem: string }

/** One probe for each metric, in order; the first that fails is reported. */
export function providerProbes(canary: Canary, find: Find, sharing?: Sharing): ProviderProbe[] {
  const asker = { find, namespace: canary.namespace, sharing }
  return canary.analysis.metrics.flatMap((metric): ProviderProbe[] => {
    const { name, templateRef } = metric
    return [
      ...(isBuiltin(name) ? [ownProbe(canary)] : []),
      ...(templateRef ? [templateProbe(templateRef, asker)] : []),
    ]
  })
}

function ownProbe(canary: Canary): ProviderProbe {
  return {
    talk: prometheus.probe(ownSource(canary)),
    secret: {},
    building: `error building Prometheus client for ${shownAddress(canary.metricsServer)} `,
    unavailable: 'prometheus not avaiable',
  }
}

function templateProbe(
  templateRef: { name: string; namespace: string },
  asker: Asker,
): ProviderProbe {
  const loaded = loadTemplate(templateRef, asker)
  if ('problem' in loaded) return { problem: `metric ${loaded.problem}` }
  const { spec, provider, secret } = loaded
  const { type } = spec.provider
  const place = `metric template ${templateRef.name}.${templateRef.namespace}`
  return {
    talk: provider.probe(sourceOf(spec, secret)),
    secret,
    building: `${place} provider ${type} error: `,
    unavailable: `${type} in ${place} not avaiable`,
  }
}

/** Why a provider is not available; undefined when it is. Rejects as `answer` does. */
export async function probeProblem(
  probe: ProviderProbe,
  answer: Answerer,
): Promise<string | undefined> {
  if ('problem' in probe) return probe.problem
  const heard = await hear(probe, answer)
  if ('value' in heard) return undefined
  const { error, begun } = heard
  return begun ? `${probe.unavailable}: ${error}` : probe.building + error
}

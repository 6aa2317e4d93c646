/** The queries of the built-in checks, by provider. */
import type { Canary } from '../canary/canary.ts'
import { providers } from '../routers/registry.gen.ts'
import { measuredNames } from '../workloads/index.ts'

/** The provider whose metrics are queried, as Flagger calls it. */
export function measuringProvider(
  { spec: { provider } }: Pick<Canary, 'spec'>,
  meshProvider: string,
): string {
  if (!provider) return meshProvider.includes('crossover') ? 'crossover' : meshProvider
  const always = providers.find(
    ({ measuresAlways, names: [name] }) => measuresAlways && meshProvider.includes(name),
  )
  return always?.names[0] ?? provider
}

/** How events name it. */
export function metricsSource(canary: Pick<Canary, 'spec'>, meshProvider: string): string {
  return measuringProvider(canary, meshProvider) + (measuredNames(canary).suffix ?? '')
}

/** Every provider under each name that users write: suites for all of them run once for each. */
import type { Provider } from '../../src/routers/provider.ts'
import { providers } from '../../src/routers/registry.gen.ts'

export const namedProviders: readonly [name: string, provider: Provider][] = providers.flatMap(
  (provider) => provider.names.map((name): [string, Provider] => [name, provider]),
)

/** The provider that is written so; throws where none is. */
export function providerNamed(name: string): Provider {
  const found = providers.find(({ names }) => names.includes(name))
  if (!found) throw new Error(`no provider has the name ${name}`)
  return found
}

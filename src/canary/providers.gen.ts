// Generated from the folders in src/routers by `npm run generate`; not to be edited.
import type { CanarySpec } from './api.gen.ts'

/** Providers that move no traffic. */
export const withoutTraffic: readonly string[] = ['kubernetes']

/** Fields by which a Canary is taken for one of a provider where nobody names it. */
export const toldBy: readonly { field: keyof CanarySpec; provider: string }[] = [
  { field: 'ingressRef', provider: 'nginx' },
]

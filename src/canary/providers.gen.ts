// Generated from the folders in src/routers and src/workloads by `npm run generate`; not to be edited.
import type { CanarySpec } from './api.gen.ts'

/** The provider of a canary that nobody told one. */
export const defaultProvider = 'istio'

/** Providers that move no traffic. */
export const withoutTraffic: readonly string[] = ['kubernetes']

/** Fields by which a Canary is taken for one of a provider where nobody names it. */
export const toldBy: readonly { field: keyof CanarySpec; provider: string }[] = [
  { field: 'ingressRef', provider: 'nginx' },
]

/** Kinds of targets that others run the pods of: users call the target itself. */
export const leadingKinds: readonly string[] = ['Service']

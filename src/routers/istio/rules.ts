/** Reading rules of VirtualServices. */
import type { Canary } from '../../canary/canary.ts'
import { movedEntry } from '../kept-annotation.ts'
import type { Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'

export type Rule = Fields

/** What a VirtualService had before it was taken over. */
export interface Kept {
  hosts: string[]
  gateways: string[]
  http: Rule[]
  tcp: Rule[]
}

/** A VirtualService that splits its users is none of before the take-over. */
export function readsCanary(canary: Canary, found: Specified): boolean {
  return splitRule(canary, found, ['http', 'tcp']) !== undefined
}

/** The rule of these protocols that names the canary: the last, which is that for everybody. */
export function splitRule(
  canary: Canary,
  found: Specified,
  protocols: readonly ('http' | 'tcp')[],
): Rule | undefined {
  const { names } = canary
  const rules = protocols.flatMap((protocol) => list(found.spec?.[protocol])).toReversed()
  return movedEntry(found, {
    entries: rules.filter(({ route }) => weightsOf(route, names.canary).length > 0),
    hasPrimary: ({ route }) => weightsOf(route, names.primary).length > 0,
    leadsToApex: rules.some(({ route }) =>
      list(route).some((to) => hostIs(canary, names.apex, to)),
    ),
  })
}

/** The weights of all destinations with this host; 0 where none is written. */
export function weightsOf(route: unknown, host: string): number[] {
  return list(route)
    .filter(({ destination }) => record(destination).host === host)
    .map(({ weight }) => (typeof weight === 'number' ? weight : 0))
}

/** Whether a destination is a Service of the Canary's namespace, by its short or a full name. */
export function hostIs({ namespace }: Canary, service: string, { destination }: Rule): boolean {
  const { host } = record(destination)
  const names = [service, `${service}.${namespace}`, `${service}.${namespace}.svc`]
  return typeof host === 'string' && (names.includes(host) || host.startsWith(`${names[2]}.`))
}

/** Reading rules of VirtualServices. */
import type { Canary } from '../../canary/canary.ts'
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

/** A VirtualService that names the canary is none of before the take-over. */
export function readsCanary({ names }: Canary, { spec }: Specified): boolean {
  const rules = [...list(spec?.http), ...list(spec?.tcp)]
  return rules.some(({ route }) => weightsOf(route, names.canary).length > 0)
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

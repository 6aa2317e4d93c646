/** What routes are made of: a slip there is refused in an object that the user never wrote. */
import type { Fault } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import { parseDuration } from '../canary/duration.ts'
import { odd } from './fault.ts'

/** Hosts and times of `spec.service`. */
export function serviceFaults({ spec }: Canary): Fault[] {
  const { hosts = [], timeout, retries, corsPolicy } = spec.service ?? {}
  const times = {
    timeout,
    'retries.perTryTimeout': retries?.perTryTimeout,
    'corsPolicy.maxAge': corsPolicy?.maxAge,
  }
  return [...hostFaults(hosts), ...Object.entries(times).flatMap(timeFaults)]
}

/** Of a URL, or with a port, it is no name that a proxy compares with. */
function hostFaults(hosts: readonly string[]): Fault[] {
  return hosts.flatMap((host, at) => {
    if (/^[^\s/:]+$/.test(host) || isIpv6(host)) return []
    return [
      odd(
        `spec.service.hosts[${at}] "${host}" is no name of a host; write it like shop.example.com`,
      ),
    ]
  })
}

const isIpv6 = (host: string): boolean => /^[\da-f:.]+$/i.test(host) && host.split(':').length > 2

/** Words for no limit at all, where a proxy has them. */
const limitless = ['infinite', 'infinity']

function timeFaults([field, time]: [string, string | undefined]): Fault[] {
  if (!time || limitless.includes(time) || parseDuration(time) !== undefined) return []
  return [odd(`spec.service.${field} "${time}" is no duration; write it like 15s`)]
}

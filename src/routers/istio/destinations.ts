/** Weighted destinations, which HTTP and TCP routes have in common. */
import type { ServiceHeaders } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import type { Routes } from '../router.ts'
import { wholeNumbers } from '../weighted/weights.ts'

interface Destination {
  host: string
  port?: { number: number }
}

export interface WeightedDestination {
  destination: Destination
  weight: number
  headers?: ServiceHeaders
}

/** Primary and canary with these weights; a weight of zero is written as well. */
export function weighted(
  canary: Canary,
  routes: Pick<Routes, 'primary' | 'canary'>,
): [primary: WeightedDestination, canary: WeightedDestination] {
  const { primary, canary: weight } = wholeNumbers(routes)
  return [
    { destination: destinationOf(canary, canary.names.primary), weight: primary },
    { destination: destinationOf(canary, canary.names.canary), weight },
  ]
}

/**
 * A Service of more than one port needs to be told which. Inside the mesh the caller's port holds:
 * as in Flagger, the first gateway decides.
 */
export function destinationOf({ spec }: Canary, host: string): Destination {
  const { portDiscovery, gateways: [gateway = 'mesh'] = [], delegation, port } = spec.service ?? {}
  const needsPort = portDiscovery && (gateway !== 'mesh' || delegation)
  return { host, ...(needsPort && port ? { port: { number: port } } : {}) }
}

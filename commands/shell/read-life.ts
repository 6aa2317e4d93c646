/** Asks the lease of a controller whether it lives. */
import { KubeError } from '../../src/errors.ts'
import { type LeaseObject, type Life, lifeOf, unknownLife } from '../../src/report/life.ts'
import type { Session } from './session.ts'

/** By `status.controllerSettings.lease`; each lease is read once. */
export type LifeReader = (lease: string | undefined) => Promise<Life>

export function lifeReader({ kube, clock, signal }: Session): LifeReader {
  const read = async (text: string): Promise<Life> => {
    const [namespace = '', name = ''] = text.split('/')
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }
    try {
      return lifeOf(text, await kube.get<LeaseObject>(ref, signal), clock.now())
    } catch (error) {
      // That it can't be told is no reason to show nothing.
      if (error instanceof KubeError && error.status > 0) return lifeOf(text, 'denied', clock.now())
      throw error
    }
  }
  const known = new Map<string, Promise<Life>>()
  return (lease) => {
    if (lease === undefined || !/^[^/]+\/[^/]+$/.test(lease)) return Promise.resolve(unknownLife)
    const reading = known.get(lease) ?? read(lease)
    known.set(lease, reading)
    return reading
  }
}

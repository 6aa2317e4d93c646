/** Asks the lease of a controller whether it lives. */
import { KubeError } from '../../errors.ts'
import { type LeaseObject, type Life, lifeOf, unknownLife } from '../life.ts'
import { failureText, isOfOneRequest } from '../unread.ts'
import type { Reader } from './reader.ts'

/** By `status.controllerSettings.lease`; each lease is read once. */
export type LifeReader = (lease: string | undefined) => Promise<Life>

/** That it can't be told is no reason to show nothing: only a server that is away rejects. */
export function lifeReader(reader: Reader): LifeReader {
  const read = async (text: string): Promise<Life> => {
    const [namespace = '', name = ''] = text.split('/')
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }
    try {
      return lifeOf(text, await reader.get<LeaseObject>(ref), reader.now())
    } catch (error) {
      if (!(error instanceof KubeError) || !isOfOneRequest(error)) throw error
      const hidden = lifeOf(text, 'denied', reader.now())
      if (error.status === 403) return hidden
      return { ...hidden, why: `the lease ${text} could not be read: ${failureText(error)}` }
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

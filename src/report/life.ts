/** Whether a controller lives: its lease tells, not a status in which nothing had to change. Pure. */
import type { KubeObject } from '../objects.ts'

export interface LeaseObject extends KubeObject {
  spec?: { holderIdentity?: string; renewTime?: string; leaseDurationSeconds?: number }
}

export interface Life {
  /** Null where nothing tells. */
  alive: boolean | null
  /** Namespace and name of the lease; null where the controller has none, or does not say. */
  lease: string | null
  /** RFC 3339. */
  renewedAt: string | null
  /** Why it does not live, or why that can't be told. */
  why: string | null
}

/** Nothing was asked, or nobody says where. */
export const unknownLife: Life = {
  alive: null,
  lease: null,
  renewedAt: null,
  why: 'no lease tells whether a controller lives',
}

/** A renewal that is late by so much is still on its way: clocks differ, and servers are slow. */
const graceMs = 15_000

/** What the lease of this name tells; `undefined` where there is none, `denied` where it is hidden. */
export function lifeOf(name: string, lease: LeaseObject | 'denied' | undefined, now: Date): Life {
  const life = { lease: name, renewedAt: null }
  if (lease === 'denied') return { ...life, alive: null, why: `you may not read the lease ${name}` }
  if (!lease) return { ...life, alive: false, why: `there is no lease ${name}` }
  const { holderIdentity, renewTime = '', leaseDurationSeconds = 60 } = lease.spec ?? {}
  const renewedAt = renewTime || null
  const shown = { ...life, renewedAt }
  if (!holderIdentity) return { ...shown, alive: false, why: `nobody holds the lease ${name}` }
  const until = Date.parse(renewTime) + leaseDurationSeconds * 1000 + graceMs
  if (until >= now.getTime()) return { ...shown, alive: true, why: null }
  return { ...shown, alive: false, why: `the holder of the lease ${name} renews it no more` }
}

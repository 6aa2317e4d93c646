/** A provider is a mesh, an ingress or a gateway: all that the project knows of one is its folder. */
import type { CanarySpec } from '../canary/api.gen.ts'
import type { KubeObject } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import type { Checks } from './checks.ts'
import type { Router } from './router.ts'

export interface Provider {
  /** What users write as `spec.provider`: the first is what sentences suggest. */
  names: readonly [string, ...string[]]
  /** How sentences and tables write its names, where these are examples of many. */
  shownAs?: string
  /** Whether a provider string means this one; no two say so of the same. */
  serves(provider: string): boolean
  /** Kinds that its router reads or writes; RBAC and watches come from it. */
  kinds: readonly ResourceKind[]
  /** Of these kinds its router never deletes an object: no right to do so is asked for. */
  keeps?: readonly ResourceKind[]
  /** Of these kinds its router writes no object at all. */
  onlyRead?: readonly ResourceKind[]
  /** Of these kinds its router makes no object: users do, and no right to do so is asked for. */
  found?: readonly ResourceKind[]
  /** The kind of target that it is for; nobody else leads requests to one, and it to no other. */
  only?: { kind: ResourceKind; called: string }
  /** A Canary gets it that names a provider which nobody knows, or none where nobody chose one. */
  isAssumed?: true
  /** A controller that is told of this one measures by it, whatever leads the requests. */
  measuresAlways?: true
  /** A cluster that serves its kinds is taken for one that uses it; of several the first counts. */
  draftOrder?: number
  /** It moves no traffic: the pods of a target are tried beside the primary, and then promoted. */
  movesNoTraffic?: true
  /** The field of a Canary by which it is taken for this one where nobody names a provider. */
  toldBy?: keyof CanarySpec
  router: Router
  /** The queries of the two built-in checks. */
  checks: Checks
  /** Objects beside the Services that no two canaries of a namespace may share. */
  claims(spec: Partial<CanarySpec>): Claim[]
  /** Where objects of its kinds may be in the way of ours; absent where they can't be. */
  rivalry?: Rivalry
}

/** What the routing objects of a provider take: one folder tells it of its own kinds. */
export interface Rivalry {
  kinds: readonly ResourceKind[]
  /** Each as `shop.example.com at gateway istio-system/public`; two that are equal take the same. */
  placesOf(object: KubeObject): string[]
  /** What to do about it. */
  remedy: string
}

/** An object that belongs to one canary. */
export interface Claim {
  kind: string
  name: string
  /** What to do where two canaries claim it. */
  remedy: string
}

/** Serves exactly these provider strings. */
export function named(...names: [string, ...string[]]): Pick<Provider, 'names' | 'serves'> {
  return { names, serves: (provider) => names.includes(provider) }
}

/** The names of a provider as sentences and tables write them. */
export function shownNames({ names, shownAs }: Pick<Provider, 'names' | 'shownAs'>): string[] {
  return shownAs === undefined ? [...names] : [shownAs]
}

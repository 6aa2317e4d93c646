/** What is said of a canary, by the analysis alone or with all that it refers to. */
import { inspect } from '../../../src/inspection/inspect.ts'
import type { KubeObject } from '../../../src/objects.ts'
import type { Abilities } from '../../../src/routers/router.ts'
import { findIn } from '../../support/find.ts'
import { meshAbilities } from '../../support/observation.ts'
import { parsed } from '../canary/resource.ts'

export type Fields = Record<string, unknown>

export const known = {
  abilities: meshAbilities,
  meshProvider: 'istio',
  now: new Date('2030-01-01T12:00:00Z'),
}

export interface Scenery {
  objects?: KubeObject[]
  spec?: Fields
  abilities?: Abilities
}

export function faultsOf(
  analysis: Fields,
  { objects = [], spec = {}, abilities = meshAbilities }: Scenery = {},
) {
  const context = { ...known, find: findIn(objects), abilities }
  return inspect(parsed({ analysis, spec }), context)
}

/** `! sentence` where no run can pass, and the sentence alone where it is only odd. */
export function said(analysis: Fields, scenery: Scenery = {}): string[] {
  return faultsOf(analysis, scenery).map(({ isFatal, message }) => (isFatal ? '! ' : '') + message)
}

export const range = { thresholdRange: { max: 1 } }

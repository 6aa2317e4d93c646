/** Which controller works on a canary, as far as the object itself tells. Pure. */
import { byText } from '../../compare.ts'
import type { Canary } from '../canary.ts'

/** Field manager of the controller's status writes, and the name by which people know it. */
const ownNames = ['canary-controller', 'kubectl-canary-controller', 'kubectl-canary']

/** Managers behind which a person is: a status that somebody patched is no controller's. */
const byHand = /^(canary-cli|kubectl|kubectl-(patch|edit|replace|create|client-side-apply))$/

export interface ControllerIdentity {
  /** Null when nothing tells. */
  name: string | null
  version: string | null
  /** True for Flagger, which does not read requests; null when nothing tells. */
  upstream: boolean | null
  /** Verbs that this version knows; empty when it does not say. */
  verbs: string[]
}

/**
 * `status.controller` (`name/version`, our CRDs) or else the manager of the status in
 * `managedFields`: a Go program that names none is recorded under its program name, `flagger`.
 */
export function controllerOf({ status, metadata }: Canary): ControllerIdentity {
  if (status.controller) {
    const [identity = '', ...extras] = status.controller.split(/\s+/)
    const [name = '', version] = identity.split('/')
    const verbs = extras.find((extra) => extra.startsWith('verbs='))?.slice('verbs='.length)
    return {
      name,
      // As the plugin gives its own.
      version: version === undefined ? null : /^\d/.test(version) ? `v${version}` : version,
      upstream: name === 'flagger',
      verbs: verbs?.split(',') ?? [],
    }
  }
  const writers = (metadata.managedFields ?? []).filter(
    ({ subresource, manager = '' }) => subresource === 'status' && !byHand.test(manager),
  )
  const last = writers.sort((one, other) => byText(other.time, one.time))[0]
  const name = last?.manager ?? null
  if (name === null) return { name: null, version: null, upstream: null, verbs: [] }
  const known = name === 'flagger' ? true : ownNames.includes(name) ? false : null
  return { name, version: null, upstream: known, verbs: [] }
}

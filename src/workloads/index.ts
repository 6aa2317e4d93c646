/** The registry of workloads, by `spec.targetRef.kind`. */
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import { deployment } from './deployment/workload.ts'
import type { Workload } from './workload.ts'

export const workloads: Readonly<Record<string, Workload>> = { Deployment: deployment }

/** Throws InvalidSpecError for a kind of target that can't be released. */
export function workloadFor({ spec, label }: Pick<Canary, 'spec' | 'label'>): Workload {
  const { kind } = spec.targetRef
  const found = Object.hasOwn(workloads, kind) ? workloads[kind] : undefined
  if (found) return found
  throw new InvalidSpecError(
    `canary ${label}: spec.targetRef.kind ${kind} is not supported, ` +
      `use one of ${Object.keys(workloads).join(', ')}`,
  )
}

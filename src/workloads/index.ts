/** Workloads, by `spec.targetRef`. */
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import { workloadKinds } from './registry.gen.ts'
import type { Workload } from './workload.ts'

/** What names of the target's pods have after `NAME-`, where they are not named as Deployments'. */
export function podNameEnds({ spec: { targetRef } }: Pick<Canary, 'spec'>): string | undefined {
  return workloadKinds.find(({ serves }) => serves(targetRef))?.podNameEnds
}

/** Throws InvalidSpecError for a kind of target that can't be released. */
export function workloadFor({ spec, label }: Pick<Canary, 'spec' | 'label'>): Workload {
  const { targetRef } = spec
  const found = workloadKinds.find(({ serves }) => serves(targetRef))
  if (found) return found.workload
  throw new InvalidSpecError(
    `canary ${label}: spec.targetRef.kind ${targetRef.kind} is not supported, ` +
      `use one of ${workloadKinds.map(({ kind }) => kind).join(', ')}`,
  )
}

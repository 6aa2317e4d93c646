/** What kinds differ in whose primary is a copy: pods of a template, selected by labels. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import type { Templated } from '../pods/pod-template.ts'
import type { ReadinessLimits } from '../readiness.ts'
import type { Readiness, Reading, Sizing } from '../workload.ts'

/** One row for each such kind; `copied.ts` makes the workload of it. */
export interface CopiedKind<T extends Templated> {
  /** Of `apps/v1`: `Deployment`. */
  kind: string
  plural: string
  /** The beginning of what is said of a primary that is not ready, before its name. */
  primaryWords: string
  /** Fields of the spec that the primary gets beside its selector, its pods and its size. */
  settings: readonly string[]
  /** Further ones that only a new primary gets, since they can't be changed later. */
  settingsWhenMade?: readonly string[]
  /** Whether Kubernetes writes an annotation itself, on each object its own. */
  isKubernetes(annotation: string): boolean
  /** The object as the user wrote it, without what a run or a rest put into it. */
  asWritten(found: T): T
  /** Why the target can't be released, with the remedy: the end of a sentence about it. */
  unusable?(target: T, of: { canary: Canary; primary: T | undefined }): string | undefined
  /** What the person who runs it should know of the target: the end of a sentence about it. */
  warning?(target: T): string | undefined
  /** What one waits for that was written a moment ago. */
  unobserved: string
  /** `why` still lacks the name of the object. */
  readiness(of: T, limits: ReadinessLimits): Readiness
  /** Whether all pods are of the present template. */
  isRolledOut(of: T): boolean
  /** Whether a pod of it is ready, of whatever template. */
  isServing(of: T): boolean
  /** Whether it is scaled to nothing. */
  rests(of: T): boolean
  /** Why no pod of it can serve, though all that it wants are ready; undefined where some can. */
  noPods(of: T): string | undefined
  /** The primary without what keeps it from ever having pods. */
  mended?(primary: T): T
  /** Pods that it wants; absent for a kind that is not sized by number. */
  size?(of: T): number
  withSize?(of: T, replicas: number): T
  /** `target` as the user wrote it, at the size of a run. */
  full(target: T, primary: T | undefined, sizing: Sizing | undefined): T
  atRest(target: T): T
  /** `target` as the user wrote it, at the size at which it goes back to the user. */
  givenBack(target: T, primary: T | undefined, sizing: Sizing | undefined): T
}

/** Where the target is, or its primary. */
export function refTo(
  { kind }: Pick<CopiedKind<never>, 'kind'>,
  { namespace }: Reading['canary'],
  name: string,
): ObjectRef {
  return { apiVersion: 'apps/v1', kind, namespace, name }
}

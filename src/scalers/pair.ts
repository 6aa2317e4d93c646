/** The autoscaler that a Canary names, the one of its primary, and what can be wrong with them. */
import type { Canary } from '../canary/canary.ts'
import { isMadeFor } from '../canary/names/ownership.ts'
import type { KubeObject, ObjectRef } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import type { Reading } from '../workloads/workload.ts'

export interface Autoscaler extends KubeObject {
  spec: { scaleTargetRef: { apiVersion?: string; kind?: string; name: string } }
}

export interface Pair<T> {
  target: T | undefined
  primary: T | undefined
}

/** Where the two autoscalers of a canary are, in the version in which they are read. */
export function pairRefs(
  { spec, namespace }: Canary,
  { apiVersion, kind }: ResourceKind,
): { target: ObjectRef; primary: ObjectRef } {
  const { name = '' } = spec.autoscalerRef ?? {}
  const at = { apiVersion, kind, namespace }
  return { target: { ...at, name }, primary: { ...at, name: `${name}-primary` } }
}

/** Both as the cluster has them; undefined where one is not there. */
export function pairOf<T extends Autoscaler>(
  { canary, find }: Pick<Reading, 'canary' | 'find'>,
  kind: ResourceKind,
): Pair<T> {
  const { target, primary } = pairRefs(canary, kind)
  return { target: find<T>(target), primary: find<T>(primary) }
}

/** Whether it scales the target of the canary, and nothing else. */
export function aimsAtTarget(object: Autoscaler, canary: Canary): boolean {
  const { kind, name } = aimOf(object)
  return kind === canary.spec.targetRef.kind && name === canary.targetName
}

/** What an object scales, whatever it is: the name is absent where it scales nothing. */
export function aimOf(object: KubeObject): { kind: string; name: string | undefined } {
  // Files and clusters have objects of any shape.
  const { spec } = object as { spec?: { scaleTargetRef?: { kind?: string; name?: string } } }
  const { kind = defaultKind, name } = spec?.scaleTargetRef ?? {}
  return { kind, name }
}

/** As KEDA has it; a HorizontalPodAutoscaler always names the kind. */
const defaultKind = 'Deployment'

/** Why the primary's autoscaler can't be made, or is left alone; one sentence each. */
export function pairFaults(
  { target, primary }: Pair<Autoscaler>,
  canary: Canary,
  of: { kind: ResourceKind; said: string },
): string[] {
  const refs = pairRefs(canary, of.kind)
  if (!target) return [missing(refs.target, of)]
  const found: string[] = []
  if (!aimsAtTarget(target, canary)) found.push(aimsElsewhere(target, canary))
  if (primary && !isMadeFor(primary, canary))
    found.push(
      `${nameOf(refs.primary)} was not made for it, and is left as it is; ` +
        `delete it to get a copy of ${refs.target.name}, or remove spec.autoscalerRef`,
    )
  return found
}

/** Flagger's text, and what to do. */
function missing(ref: ObjectRef, { kind, said }: { kind: ResourceKind; said: string }): string {
  const group = kind.apiVersion.replace(/\/.*/, '')
  return (
    `${said} ${ref.name}.${ref.namespace} get query error: ${kind.plural}.${group} "${ref.name}" ` +
    'not found; create it, or remove spec.autoscalerRef'
  )
}

function aimsElsewhere(object: Autoscaler, canary: Canary): string {
  const { kind, metadata } = object
  const { kind: aim, name } = aimOf(object)
  const { targetRef } = canary.spec
  return (
    `${nameOf({ ...metadata, kind })} scales ${aim} ${name}, and not ${targetRef.kind} ` +
    `${targetRef.name}; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef`
  )
}

/** `HorizontalPodAutoscaler podinfo.test` */
export function nameOf(of: { kind: string; namespace?: string; name: string }): string {
  return `${of.kind} ${of.name}.${of.namespace ?? ''}`
}

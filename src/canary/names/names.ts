/** The names of what belongs to a canary, and its own name in events and metrics. */
import type { ObjectRef } from '../../objects.ts'
import type { CanarySpec } from '../api.gen.ts'
import { leadingKinds } from '../providers.gen.ts'

export interface ServiceNames {
  /** The Service that users call. */
  apex: string
  primary: string
  canary: string
}

type Named = Pick<CanarySpec, 'targetRef' | 'service'>

/** The generated Services; routing objects are named after them. */
export function serviceNames({ targetRef, service }: Named): ServiceNames {
  const apex = service?.name || targetRef.name
  return { apex, primary: `${apex}-primary`, canary: `${apex}-canary` }
}

/** The promoted copy of the target. */
export function primaryWorkloadName({ targetRef }: Pick<CanarySpec, 'targetRef'>): string {
  return `${targetRef.name}-primary`
}

/** Kinds of which a user's own may have the name of a canary, and is not made here. */
const madeByUsers: readonly string[] = ['ConfigMap', 'Secret', 'MetricTemplate', 'AlertProvider']

/** Whether an object that a canary refers to is made by the controller: not named in its spec. */
export function isGenerated(spec: CanarySpec, { kind, name }: ObjectRef): boolean {
  const { targetRef, autoscalerRef, ingressRef, routeRef, upstreamRef } = spec
  const routes = (spec.httpRouteRefs ?? []).map((one) => ({ kind: 'HTTPRoute', ...one }))
  const further = [...(spec.ingressRefs ?? []), ...routes]
  const named = [targetRef, autoscalerRef, ingressRef, routeRef, upstreamRef, ...further]
  if (named.some((one) => one?.kind === kind && one.name === name)) return false
  if (/-(primary|canary)$/.test(name)) return true
  return name === serviceNames(spec).apex && !madeByUsers.includes(kind)
}

/** `podinfo.test`, as events, alerts and metrics name a canary. */
export function label({ name, namespace = '' }: { name: string; namespace?: string }): string {
  return `${name}.${namespace}`
}

/** Whether users call the target itself: no Services are made for it. As in Flagger its kind tells. */
export function leadsToPods({ targetRef }: Pick<CanarySpec, 'targetRef'>): boolean {
  return leadingKinds.includes(targetRef.kind)
}

/** Copies the target's ScaledObject, and pauses it at zero while no run is on. */
import type { Canary } from '../../canary/canary.ts'
import { isMadeFor } from '../../canary/names/ownership.ts'
import { keep } from '../../workloads/metadata.ts'
import type { Reading } from '../../workloads/workload.ts'
import { type CopyRules, copyFor, editedByHand } from '../copy.ts'
import { type Autoscaler, aimsAtTarget, nameOf, pairFaults, pairOf, pairRefs } from '../pair.ts'
import type { Scaler } from '../scaler.ts'
import { primaryTriggers, type Trigger, unknownQueries } from './queries.ts'
import { shown } from './shown.ts'

export interface ScaledObject extends Autoscaler {
  spec: Autoscaler['spec'] & {
    minReplicaCount?: number
    maxReplicaCount?: number
    idleReplicaCount?: number
    advanced?: { horizontalPodAutoscalerConfig?: { name?: string } }
    triggers?: Trigger[]
  }
}

const { kind } = shown
const said = 'Keda ScaledObject'

/** KEDA scales to this number, and does nothing else, for as long as it is there. */
const pause = 'autoscaling.keda.sh/paused-replicas'

const rules: CopyRules<ScaledObject> = {
  kind,
  specOf,
  faults,
  // KEDA writes the object's own name there.
  labels: (key) => key !== 'scaledobject.keda.sh/name',
  // A pause is meant for one object, whoever wrote it.
  annotations: (key) => !key.startsWith('autoscaling.keda.sh/paused'),
  hold: pause,
}

export const scaler: Scaler = {
  reads: ({ canary }) => Object.values(pairRefs(canary, kind)),

  sizing(of) {
    const { target, primary } = pairOf<ScaledObject>(of, kind)
    const copy = primary?.spec ?? (target && specOf(target, of.canary))
    return {
      smallest: Math.max(1, target?.spec.minReplicaCount ?? 0),
      mayRest: { target: mayRest(target?.spec), primary: mayRest(copy) },
    }
  },

  primary(of, follow) {
    const copies = copyFor(of, rules, follow)
    if (copies.length > 0) return copies
    const { primary } = pairOf<ScaledObject>(of, kind)
    // A pause that was copied, as Flagger does, keeps the primary at zero for ever.
    return primary && isHeld(primary) && isMadeFor(primary, of.canary) ? [released(primary)] : []
  },

  hold(of, held) {
    const { target } = pairOf<ScaledObject>(of, kind)
    // Whatever else it scales is not ours to stop.
    if (!target || !aimsAtTarget(target, of.canary) || isHeld(target) === held) return []
    if (!held) return [released(target)]
    const annotations = { ...target.metadata.annotations, [pause]: '0' }
    return [{ ...target, metadata: { ...target.metadata, annotations } }]
  },

  faults,
  warnings: (of) => [...editedByHand(of, rules), ...queryWarnings(of)],
}

function isHeld({ metadata }: ScaledObject): boolean {
  return metadata.annotations?.[pause] === '0'
}

function released(held: ScaledObject): ScaledObject {
  const { annotations: found = {}, ...metadata } = held.metadata
  const annotations = keep(found, (key) => key !== pause)
  const rest = Object.keys(annotations).length > 0 ? { annotations } : {}
  return { ...held, metadata: { ...metadata, ...rest } }
}

function specOf({ spec }: ScaledObject, canary: Canary): ScaledObject['spec'] {
  const { minReplicas, maxReplicas } = canary.spec.autoscalerRef?.primaryScalerReplicas ?? {}
  const { horizontalPodAutoscalerConfig: own = {} } = spec.advanced ?? {}
  const name = own.name === undefined ? {} : { name: `${own.name}-primary` }
  const copied = {
    ...spec,
    scaleTargetRef: { ...spec.scaleTargetRef, name: canary.primaryName },
    ...(minReplicas !== undefined && { minReplicaCount: minReplicas }),
    ...(maxReplicas !== undefined && { maxReplicaCount: maxReplicas }),
    // Flagger always writes it.
    advanced: { ...spec.advanced, horizontalPodAutoscalerConfig: { ...own, ...name } },
    ...(spec.triggers && { triggers: primaryTriggers(spec.triggers, canary) }),
  }
  const { idleReplicaCount: _, ...others } = copied
  // KEDA refuses one that is no less than the minimum.
  return minReplicas === 0 ? others : copied
}

/** Whether KEDA scales to zero by itself. */
function mayRest(spec: ScaledObject['spec'] | undefined): boolean {
  return spec !== undefined && ((spec.minReplicaCount ?? 0) === 0 || spec.idleReplicaCount === 0)
}

/** As KEDA has it where a ScaledObject says nothing. */
const defaultMost = 100

function faults(of: Reading): string[] {
  const { canary } = of
  const pair = pairOf<ScaledObject>(of, kind)
  const found = pairFaults(pair, canary, { kind, said })
  return pair.target && found.length === 0 ? boundFaults(pair.target, canary) : found
}

function boundFaults(target: ScaledObject, canary: Canary): string[] {
  const { minReplicaCount = 0, maxReplicaCount = defaultMost } = specOf(target, canary)
  const { spec, metadata } = target
  const name = nameOf({ ...metadata, kind: kind.kind })
  if (minReplicaCount <= maxReplicaCount) return []
  return [
    `with spec.autoscalerRef.primaryScalerReplicas the primary would have minReplicaCount ` +
      `${minReplicaCount} over maxReplicaCount ${maxReplicaCount}; set both of them, since ${name} ` +
      `has ${spec.minReplicaCount ?? 0} to ${spec.maxReplicaCount ?? defaultMost}`,
  ]
}

function queryWarnings({ canary, find }: Reading): string[] {
  const { target } = pairOf<ScaledObject>({ canary, find }, kind)
  if (!target) return []
  return unknownQueries(target.spec.triggers ?? [], canary).map(
    (query) =>
      `spec.autoscalerRef.primaryScalerQueries has ${query}, and no trigger of ` +
      `${nameOf({ ...target.metadata, kind: kind.kind })} has this name; correct one of the two`,
  )
}

/** Copies the target's HorizontalPodAutoscaler. Kubernetes itself rests one whose target is at zero. */
import type { Canary } from '../../canary/canary.ts'
import type { Reading } from '../../workloads/workload.ts'
import { type CopyRules, copyFor, editedByHand } from '../copy.ts'
import { type Autoscaler, nameOf, pairFaults, pairOf, pairRefs } from '../pair.ts'
import type { Scaler } from '../scaler.ts'
import { shown } from './shown.ts'

export interface HorizontalPodAutoscaler extends Autoscaler {
  spec: Autoscaler['spec'] & {
    minReplicas?: number
    maxReplicas: number
    metrics?: object[]
    behavior?: object
  }
}

const { kind } = shown

const rules: CopyRules<HorizontalPodAutoscaler> = {
  kind,
  specOf,
  faults,
  labels: () => true,
  annotations: () => false,
}

export const scaler: Scaler = {
  reads: ({ canary }) => Object.values(pairRefs(canary, kind)),

  sizing(of) {
    const { target, primary } = pairOf<HorizontalPodAutoscaler>(of, kind)
    const smallest = smallestOf(target)
    const mayRest = { target: smallest === 0, primary: smallestOf(primary) === 0 }
    return { smallest: Math.max(1, smallest), mayRest }
  },

  primary: (of, follow) => copyFor(of, rules, follow),
  hold: () => [],
  faults,
  warnings: (of) => [
    ...oldVersion(of.canary),
    ...unused(of.canary),
    ...restless(of),
    ...editedByHand(of, rules),
  ],
}

function specOf(
  { spec }: HorizontalPodAutoscaler,
  canary: Canary,
): HorizontalPodAutoscaler['spec'] {
  return {
    ...spec,
    scaleTargetRef: { ...spec.scaleTargetRef, name: canary.primaryName },
    ...canary.spec.autoscalerRef?.primaryScalerReplicas,
  }
}

function faults(of: Reading): string[] {
  const { canary } = of
  const pair = pairOf<HorizontalPodAutoscaler>(of, kind)
  const found = pairFaults(pair, canary, { kind, said: kind.kind })
  return pair.target && found.length === 0 ? boundFaults(pair.target, canary) : found
}

function boundFaults(target: HorizontalPodAutoscaler, canary: Canary): string[] {
  const { minReplicas = 1, maxReplicas } = specOf(target, canary)
  const name = nameOf({ ...target.metadata, kind: kind.kind })
  if (minReplicas <= maxReplicas) return []
  return [
    `with spec.autoscalerRef.primaryScalerReplicas the primary would have minReplicas ` +
      `${minReplicas} over maxReplicas ${maxReplicas}; set both of them, since ${name} has ` +
      `${target.spec.minReplicas ?? 1} to ${target.spec.maxReplicas}`,
  ]
}

/** Where a cluster allows a minimum of zero, Kubernetes scales a target at zero up by itself. */
function restless(of: Reading): string[] {
  const { target } = pairOf<HorizontalPodAutoscaler>(of, kind)
  if (!target || smallestOf(target) > 0) return []
  const name = nameOf({ ...target.metadata, kind: kind.kind })
  return [`${name} has minReplicas 0, and keeps the target from its rest; set it to 1`]
}

function smallestOf(of: HorizontalPodAutoscaler | undefined): number {
  return of?.spec.minReplicas ?? 1
}

function unused({ spec }: Canary): string[] {
  if (!spec.autoscalerRef?.primaryScalerQueries) return []
  return [
    `spec.autoscalerRef.primaryScalerQueries has no effect with a ${kind.kind}, which has no ` +
      'triggers; remove it',
  ]
}

const oldVersions: Readonly<Record<string, string>> = {
  'autoscaling/v2beta1': '1.25',
  'autoscaling/v2beta2': '1.26',
}

function oldVersion({ spec }: Canary): string[] {
  const { apiVersion = '' } = spec.autoscalerRef ?? {}
  const since = oldVersions[apiVersion]
  if (since === undefined) return []
  return [
    `spec.autoscalerRef.apiVersion ${apiVersion} is read as autoscaling/v2: since Kubernetes ` +
      `${since} no server has it; set it to autoscaling/v2`,
  ]
}

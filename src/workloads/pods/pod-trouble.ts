/** What keeps pods from becoming ready, in Kubernetes' own words. Pure. */
import type { PodTrouble } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import type { WorkloadCondition } from '../shown.ts'

export interface Pod extends KubeObject {
  spec?: { nodeName?: string; containers?: unknown[] }
  status?: {
    phase?: string
    reason?: string
    message?: string
    conditions?: PodCondition[]
    initContainerStatuses?: ContainerStatus[]
    containerStatuses?: ContainerStatus[]
  }
}

interface PodCondition {
  type: string
  status: string
  reason?: string
  message?: string
}

export interface ContainerStatus {
  ready?: boolean
  restartCount?: number
  state?: { waiting?: ContainerState; terminated?: ContainerState }
  lastState?: { terminated?: ContainerState }
}

interface ContainerState {
  reason?: string
  message?: string
  exitCode?: number
}

/** As much of a workload as says that its pods are not even made. */
interface Making extends KubeObject {
  status?: { conditions?: WorkloadCondition[] }
}

/** More reasons than a person reads. */
const most = 3

/**
 * One entry for each reason, pods that are ready or on their way out left aside. What keeps the
 * workload from making pods at all comes first: a quota, a policy, a service account that lacks.
 */
export function podTroubles(pods: readonly Pod[], workload?: Making): PodTrouble[] {
  const found = new Map<string, PodTrouble>()
  const unmade = workload && unmadePods(workload)
  if (unmade) found.set(unmade.reason, unmade)
  for (const pod of pods) {
    const trouble = pod.metadata.deletionTimestamp === undefined ? troubleOf(pod) : undefined
    if (trouble && !found.has(trouble.reason)) found.set(trouble.reason, trouble)
  }
  return [...found.values()].slice(0, most)
}

/** Reasons of an entry that names the workload, since there is no pod to name. */
export const unmadeReasons: readonly string[] = ['FailedCreate', 'DeploymentPaused']

function unmadePods({ metadata: { name }, status = {} }: Making): PodTrouble | undefined {
  const condition = status.conditions?.find(
    ({ type, status: is, reason = '' }) =>
      unmadeReasons.includes(reason) && is === (type === 'ReplicaFailure' ? 'True' : 'Unknown'),
  )
  if (!condition?.reason) return undefined
  const { reason, message } = condition
  return { name, reason, ...(message && { message }) }
}

/** Reasons of a pod that merely starts. */
const starting = ['ContainerCreating', 'PodInitializing']

function troubleOf({ metadata: { name }, status = {} }: Pod): PodTrouble | undefined {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = status
  const entry = (reason: string, message: string | undefined): PodTrouble => ({
    name,
    reason,
    ...(message && { message }),
  })
  const held = [...initContainerStatuses, ...containerStatuses].find(isHeld)
  if (held) return entry(...heldBy(held))
  if (status.reason) return entry(status.reason, status.message)
  const unscheduled = conditions.find(
    (one) => one.type === 'PodScheduled' && one.status === 'False',
  )
  if (unscheduled) return entry(unscheduled.reason ?? 'Unscheduled', unscheduled.message)
  const unready = conditions.find((one) => one.type === 'Ready' && one.status === 'False')
  if (!unready || status.phase === 'Succeeded') return undefined
  const isProbed = containerStatuses.some(({ ready }) => ready === false)
  return entry(isProbed ? 'NotReady' : (unready.reason ?? 'NotReady'), unready.message)
}

function isHeld({ state = {} }: ContainerStatus): boolean {
  const { waiting, terminated } = state
  if (terminated) return (terminated.exitCode ?? 1) !== 0
  return waiting?.reason !== undefined && !starting.includes(waiting.reason)
}

/** How a container ended says more than that it waits to be started again. */
function heldBy({ state = {}, lastState }: ContainerStatus): [string, string | undefined] {
  const { waiting, terminated } = state
  const last = lastState?.terminated
  const ending = last && `${last.reason ?? 'ended'}, exit code ${last.exitCode ?? '?'}`
  if (waiting?.reason === 'CrashLoopBackOff' && ending)
    return [waiting.reason, `the last container: ${ending}`]
  const held = waiting ?? terminated
  return [held?.reason ?? 'Error', held?.message]
}

/** Target and primary of the simulated world, as a step sees them. */

import { isRunning } from '../../src/canary/phases.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import type { Readiness, WorkloadState } from '../../src/workloads/workload.ts'
import { statusOf, type World } from './world.ts'

export interface Pods {
  revision: string
  configs: Record<string, string> | undefined
  replicas: number
  readyAt: Date
  /** Of the primary: the run that it was promoted in. */
  run?: number | undefined
}

export function workloadState(world: World): WorkloadState {
  const { target, primary, configs } = world
  return {
    facts: plainFacts('checkout'),
    target: readiness(world, target, 'canary deployment checkout.shop'),
    primary: primary
      ? readiness(world, primary, 'checkout-primary.shop')
      : { state: 'missing', why: 'checkout-primary.shop does not exist yet' },
    revision: `v2:${target.revision}`,
    primaryRevision: primary && `v2:${primary.revision}${world.altersCopies ? '+' : ''}`,
    generation: 1,
    configs,
    images: [
      {
        container: 'checkout',
        primary: primary && `checkout:${primary.revision}`,
        target: `checkout:${target.revision}`,
      },
    ],
    promoted: isPromoted(world),
    serving: { target: isServing(world, target), primary: isServing(world, primary) },
    atRest: { target: target.replicas === 0, primary: primary?.replicas === 0 },
    sizes: { target: target.replicas, primary: primary?.replicas ?? 0 },
  }
}

function isServing(world: World, pods: Pods | undefined): boolean {
  return pods !== undefined && pods.replicas > 0 && readiness(world, pods, '').state === 'ready'
}

/** As in the cluster, the run counts only while one is on. */
function isPromoted(world: World): boolean {
  const { target, primary, configs, altersCopies } = world
  if (altersCopies) return false
  const { phase = '', canaryAnalysis } = statusOf(world)
  if (primary?.revision !== target.revision || !isSame(primary.configs, configs)) return false
  return !isRunning(phase) || primary.run === canaryAnalysis?.runId
}

function isSame(a: Record<string, string> | undefined, b: Record<string, string> | undefined) {
  return JSON.stringify(a ?? {}) === JSON.stringify(b ?? {})
}

function readiness(world: World, pods: Pods, name: string): Readiness {
  if (pods.replicas === 0) return { state: 'ready' }
  const deployment = pods === world.primary ? 'checkout-primary' : 'checkout'
  const broken = [...world.broken, ...(pods === world.primary ? world.brokenPrimary : [])]
  const why = `${name} not ready:`
  if (pods.readyAt > world.now)
    return {
      state: 'waiting',
      why: `${why} waiting for rollout to finish: 0 out of ${pods.replicas} new replicas have been updated`,
    }
  if (broken.includes(pods.revision))
    return {
      state: 'failed',
      why: `${why} deployment "${deployment}" exceeded its progress deadline`,
    }
  return { state: 'ready' }
}

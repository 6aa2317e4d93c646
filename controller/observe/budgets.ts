/** PodDisruptionBudgets as the cache has them: all of a namespace, for selectors name no names. */
import type { Canary } from '../../src/canary/canary.ts'
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import type { KubeObject } from '../../src/objects.ts'
import { type Budget, budgetKind, concernsPods } from '../../src/workloads/copied/budgets.ts'
import type { Templated } from '../../src/workloads/pods/pod-template.ts'
import type { Deps } from '../process/deps.ts'
import { workloadRef } from './workload-ref.ts'

const all = () => true

/**
 * Undefined as long as they were not listed, or where they may not be: nobody waits for them. What
 * is listed later wakes the canaries that it is about.
 */
export function budgetsOf(
  { namespace }: Canary,
  { cache, log }: Pick<Deps, 'log'> & { cache: Pick<Cache, 'list' | 'synced' | 'want'> },
): Budget[] | undefined {
  cache.want(budgetKind, { namespace, keep: all }).catch((error: unknown) => {
    log.debug({ err: error }, 'budgets not listed')
  })
  return cache.synced(budgetKind) ? cache.list<Budget>(budgetKind, namespace) : undefined
}

/** Whether a budget is, or selects, what a canary cares for. */
export function isBudgetOf(
  budget: KubeObject,
  canary: Canary,
  { get }: Pick<Deps['cache'], 'get'>,
): boolean {
  if (budget.metadata.namespace !== canary.namespace) return false
  const workloads = [canary.targetName, canary.primaryName].map((name) => {
    const ref = workloadRef(canary, name)
    return ref && hasPods(get<KubeObject>(ref))
  })
  return concernsPods(budget, canary, workloads)
}

/** A target of another sort has no pods that a budget could select. */
function hasPods(found: KubeObject | undefined): Templated | undefined {
  const { template } = (found as Templated | undefined)?.spec ?? {}
  return template ? (found as Templated) : undefined
}

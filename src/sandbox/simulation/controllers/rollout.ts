/** How large the ReplicaSets of a Deployment are to be: the rules of Kubernetes' rolling update. */

export interface SetSize {
  /** Pods asked for. */
  replicas: number
  /** Pods that there are, ready or not. */
  pods: number
  available: number
}

export interface Rollout {
  wanted: number
  strategy: Strategy
  fresh: SetSize
  /** Oldest first. */
  old: readonly SetSize[]
}

export interface Strategy {
  type?: 'RollingUpdate' | 'Recreate'
  rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string }
}

export interface Sizes {
  fresh: number
  old: number[]
}

/** The sizes to set next; each change of a pod leads to the next ones, until nothing is old. */
export function nextSizes({ wanted, strategy, fresh, old }: Rollout): Sizes {
  if (strategy.type === 'Recreate') {
    const isEmpty = old.every(({ pods, replicas }) => pods === 0 && replicas === 0)
    return { fresh: isEmpty ? wanted : fresh.replicas, old: old.map(() => 0) }
  }
  const { surge, unavailable } = limitsOf(strategy, wanted)
  const asked = (sets: readonly SetSize[]) => sets.reduce((sum, { replicas }) => sum + replicas, 0)
  const room = wanted + surge - fresh.replicas - asked(old)
  const grown = fresh.replicas + Math.min(Math.max(0, room), wanted - fresh.replicas)
  const size = fresh.replicas > wanted ? wanted : grown
  return { fresh: size, old: shrunken(old, { ...fresh, replicas: size }, wanted - unavailable) }
}

/** The old sets without the pods that are not needed to have `least` available ones. */
function shrunken(old: readonly SetSize[], fresh: SetSize, least: number): number[] {
  const all = [...old, fresh].reduce((sum, { replicas }) => sum + replicas, 0)
  const starting = Math.max(0, fresh.replicas - fresh.available)
  let removable = Math.max(0, all - least - starting)
  // Pods that serve nobody go first.
  const healthy = old.map(({ replicas, available }) => {
    const gone = Math.min(removable, Math.max(0, replicas - available))
    removable -= gone
    return replicas - gone
  })
  const available = [...old, fresh].reduce((sum, set) => sum + set.available, 0)
  let spare = Math.min(removable, Math.max(0, available - least))
  return healthy.map((replicas) => {
    const gone = Math.min(spare, replicas)
    spare -= gone
    return replicas - gone
  })
}

/** Pods above and below the wanted number; at least one of the two lets the update move. */
export function limitsOf(
  { rollingUpdate = {}, type }: Strategy,
  wanted: number,
): { surge: number; unavailable: number } {
  if (type === 'Recreate') return { surge: 0, unavailable: wanted }
  const { maxSurge = '25%', maxUnavailable = '25%' } = rollingUpdate
  const surge = countOf(maxSurge, wanted, Math.ceil)
  const unavailable = countOf(maxUnavailable, wanted, Math.floor)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

function countOf(value: number | string, of: number, round: (exact: number) => number): number {
  if (typeof value === 'number') return value
  const percent = Number.parseFloat(value)
  return value.endsWith('%') ? round((of * percent) / 100) : percent
}

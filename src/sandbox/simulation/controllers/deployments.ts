/** The Deployment controller: one ReplicaSet for each template, rolled from old to new. */
import { createHash } from 'node:crypto'
import { refOf } from '../../../objects.ts'
import { controllerOf, type Deployment, kindOf, type ReplicaSet } from '../objects.ts'
import type { World } from '../world.ts'
import { writeDeploymentStatus } from './deployment-status.ts'
import { nextSizes, type SetSize } from './rollout.ts'

const hashLabel = 'pod-template-hash'
const revisionKey = 'deployment.kubernetes.io/revision'
const keptRevisions = 10

/** One look at a Deployment; every change that it makes leads to the next look. */
export function syncDeployment(deployment: Deployment, world: World): void {
  if (deployment.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { replicas: wanted = 1, strategy = {}, paused = false } = deployment.spec
  const fresh = freshSet(deployment, world)
  const old = setsOf(deployment, world).filter(
    ({ metadata }) => metadata.name !== fresh?.metadata.name,
  )
  if (fresh && !paused) {
    const sizes = nextSizes({ wanted, strategy, fresh: sizeOf(fresh), old: old.map(sizeOf) })
    resize(fresh, sizes.fresh, world)
    for (const [at, set] of old.entries()) resize(set, sizes.old[at] ?? 0, world)
  } else if (fresh && old.every(isIdle)) resize(fresh, wanted, world)
  for (const set of outdated(deployment, old)) store.delete(refOf(set))
  const current = store.get<Deployment>(refOf(deployment))
  if (current) writeDeploymentStatus(current, { fresh, old }, world)
}

/** The ReplicaSet of the template as it is, made where it is missing and may be made. */
function freshSet(deployment: Deployment, world: World): ReplicaSet | undefined {
  const { store } = world
  const { template, paused, minReadySeconds } = deployment.spec
  const { name, namespace = '' } = deployment.metadata
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
  const ref = { ...kindOf.replicaSet, namespace, name: `${name}-${hash}` }
  const found = store.get<ReplicaSet>(ref)
  if (found) return withRevision(found, deployment, world)
  if (paused) return undefined
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const created = store.create<ReplicaSet>({
    ...kindOf.replicaSet,
    metadata: { name: ref.name, namespace, labels, ownerReferences: [controllerOf(deployment)] },
    spec: {
      replicas: 0,
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  })
  return withRevision(created, deployment, world)
}

/** The newest template has the highest number, also when it is one that was there before. */
function withRevision(set: ReplicaSet, deployment: Deployment, world: World): ReplicaSet {
  const { store } = world
  const others = setsOf(deployment, world).filter(
    ({ metadata }) => metadata.uid !== set.metadata.uid,
  )
  const highest = Math.max(0, ...others.map(revisionOf))
  const revision = `${Math.max(highest + 1, revisionOf(set))}`
  const number = (draft: ReplicaSet | Deployment) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: revision }
  }
  if (deployment.metadata.annotations?.[revisionKey] !== revision)
    store.modify<Deployment>(refOf(deployment), number)
  if (`${revisionOf(set)}` === revision) return set
  return store.modify<ReplicaSet>(refOf(set), number) ?? set
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0)
}

/** Oldest first. */
function setsOf(deployment: Deployment, { children }: World): ReplicaSet[] {
  return children
    .of<ReplicaSet>(deployment, 'ReplicaSet')
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
}

function sizeOf({ spec, status }: ReplicaSet): SetSize {
  const { replicas = 0, availableReplicas = 0 } = status ?? {}
  return { replicas: spec.replicas ?? 1, pods: replicas, available: availableReplicas }
}

function resize(set: ReplicaSet, replicas: number, { store }: World): void {
  if (set.spec.replicas === replicas) return
  store.modify<ReplicaSet>(refOf(set), (draft) => {
    draft.spec.replicas = replicas
  })
}

function isIdle({ spec, status }: ReplicaSet): boolean {
  return spec.replicas === 0 && (status?.replicas ?? 0) === 0
}

function outdated({ spec }: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const idle = old.filter(isIdle)
  const excess = idle.length - (spec.revisionHistoryLimit ?? keptRevisions)
  return idle.slice(0, Math.max(0, excess))
}

/** To which pod template a target goes back. Pure. */
import type { Canary } from '../canary/canary.ts'
import { isNew } from '../canary/phases.ts'
import { isForeignRevision } from '../canary/revision.ts'
import type { KubeObject } from '../objects.ts'
import type { PodTemplate, Templated } from '../workloads/pods/pod-template.ts'
import { revisionOf } from '../workloads/revision.ts'

export interface UndoFacts {
  canary: Canary
  target: Templated
  /** The target with what the primary runs, as far as that can be told back; absent if it has that. */
  behindPrimary: Templated | undefined
  hasPrimary: boolean
  /** Those of the target. */
  replicaSets: readonly Templated[]
  /** As `kubectl rollout history` counts; absent is what the primary runs. */
  toRevision: number | undefined
}

export type UndoPlan =
  | { kind: 'no'; why: string; hints: string[] }
  | { kind: 'same'; why: string }
  | {
      kind: 'go'
      template: PodTemplate
      /** `the promoted revision`, or `revision 3`. */
      what: string
      /** Whether a run follows; null where nothing tells. */
      startsRun: boolean | null
    }

/**
 * Whether and to what the target goes back: to what is promoted, or to `toRevision`. `no` says why
 * not, `same` that it is there already; no case throws.
 */
export function planUndo(of: UndoFacts): UndoPlan {
  const { canary, toRevision } = of
  const { phase = '' } = canary.status
  if (canary.metadata.deletionTimestamp || phase === 'Terminating' || phase === 'Terminated')
    return no('it is being deleted')
  if (toRevision !== undefined) return toOlder(of, toRevision)
  if (isNew(phase) || !of.hasPrimary) return no('nothing is promoted yet')
  return toPromoted(of)
}

function toPromoted({ canary, behindPrimary, replicaSets, target }: UndoFacts): UndoPlan {
  if (!behindPrimary) return { kind: 'same', why: 'it has the promoted revision' }
  const { lastPromotedSpec: promoted = '' } = canary.status
  // The user's own words, where Kubernetes still has them.
  const kept = replicaSets.map(templateOf).find((one) => revisionOf(one) === promoted)
  const template = kept ?? behindPrimary.spec.template
  const isExact = revisionOf(template) === promoted
  if (revisionOf(target.spec.template) === promoted)
    return { kind: 'same', why: 'it has the promoted revision' }
  const startsRun = isExact ? false : isForeignRevision(promoted) || promoted === '' ? null : true
  return { kind: 'go', template, what: 'the promoted revision', startsRun }
}

const revisionAnnotation = 'deployment.kubernetes.io/revision'

function toOlder({ canary, target, replicaSets }: UndoFacts, wanted: number): UndoPlan {
  const known = replicaSets.map(numberOf).filter((one) => one > 0)
  const found = replicaSets.find((one) => numberOf(one) === wanted)
  if (!found) {
    const list = known.sort((one, other) => one - other).join(', ')
    const kind = canary.spec.targetRef.kind
    return list === ''
      ? no(`its target keeps no older revisions`, [`a ${kind} has them in its ReplicaSets`])
      : no(`there is no revision ${wanted}`, [`there are: ${list}`])
  }
  const template = templateOf(found)
  const revision = revisionOf(template)
  if (revision === revisionOf(target.spec.template))
    return { kind: 'same', why: `it has revision ${wanted}` }
  const { lastPromotedSpec: promoted = '' } = canary.status
  const startsRun = isForeignRevision(promoted) || promoted === '' ? null : revision !== promoted
  return { kind: 'go', template, what: `revision ${wanted}`, startsRun }
}

function numberOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0)
}

/** The template as the Deployment had it: Kubernetes adds a label to tell its ReplicaSets apart. */
function templateOf({ spec: { template } }: Templated): PodTemplate {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

function no(why: string, hints: string[] = []): UndoPlan {
  return { kind: 'no', why, hints }
}

/** `podinfo:6.0.0`, the images of a template without the address of their registry. */
export function imagesOf({ spec }: PodTemplate): string {
  return spec.containers.map(({ image = '' }) => image.split('/').at(-1) ?? '').join(', ')
}

/** Target and primary, and their pods. */
import type { Canary } from '../../canary/canary.ts'
import { resourceKind } from '../../known-kinds.ts'
import type { Pod } from '../../workloads/pods/pod-trouble.ts'
import type { WorkloadObject } from '../../workloads/shown.ts'
import { isTargetNamed } from '../named-target.ts'
import { podsOf, shownWorkload } from '../shown-kinds.ts'
import type { Permitted } from './permitted.ts'

export interface Workloads {
  target?: WorkloadObject | undefined
  primary?: WorkloadObject | undefined
}

const podKind = resourceKind({ apiVersion: 'v1', kind: 'Pod' })

/** Neither for a kind of target that nobody here knows, or where the Canary names none. */
export async function readWorkloads(canary: Canary, reader: Permitted): Promise<Workloads> {
  const { spec, namespace, targetName, primaryName } = canary
  const shown = shownWorkload(spec.targetRef)
  if (!shown || !isTargetNamed(canary)) return {}
  const { apiVersion, kind } = shown.kind
  const [target, primary] = await Promise.all(
    [targetName, primaryName].map((name) =>
      reader.get<WorkloadObject>({ apiVersion, kind, namespace, name }),
    ),
  )
  return { target, primary }
}

/** Whether one of them has fewer pods ready than it wants: those of a complete one tell nothing. */
export function areShort({ target, primary }: Workloads, { spec }: Canary): boolean {
  return [target, primary].some((object) => {
    const pods = podsOf({ spec }, object)
    return pods !== undefined && pods.ready < pods.wanted
  })
}

/** One list for both workloads: their pods differ in the value of one label. */
export async function readPods(
  { namespace }: Canary,
  { target, primary }: Workloads,
  reader: Permitted,
): Promise<{ target: Pod[]; primary: Pod[] } | undefined> {
  const wanted = target?.spec?.selector?.matchLabels ?? {}
  const promoted = primary?.spec?.selector?.matchLabels ?? {}
  const key = Object.keys(promoted).find((one) => promoted[one] !== wanted[one])
  const labelSelector = key
    ? `${key} in (${[wanted[key], promoted[key]].filter(Boolean).join(',')})`
    : Object.entries(target ? wanted : promoted)
        .map(([name, value]) => `${name}=${value}`)
        .join(',')
  if (labelSelector === '') return undefined
  const pods = (await reader.list<Pod>(podKind, { namespace, labelSelector })) ?? []
  const of = (labels: Record<string, string>) =>
    pods.filter(({ metadata }) => isIn(labels, metadata.labels))
  return { target: target ? of(wanted) : [], primary: primary ? of(promoted) : [] }
}

function isIn(selector: Record<string, string>, labels: Record<string, string> = {}): boolean {
  const pairs = Object.entries(selector)
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value)
}

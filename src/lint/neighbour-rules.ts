/** A Canary beside the other objects of the same files. Pure. */
import type { Canary } from '../canary/canary.ts'
import { leadsToPods } from '../canary/names/names.ts'
import type { KubeObject } from '../objects.ts'
import { shownScaler } from '../report/shown-kinds.ts'
import { aimOf } from '../scalers/pair.ts'
import type { Templated } from '../workloads/pods/pod-template.ts'
import { usualSelectorLabels } from '../workloads/workload.ts'
import { error, type Remark, warning } from './finding.ts'

type Fields = KubeObject & { spec?: Record<string, unknown> }

/** The objects of the files that stand in the namespace of the Canary. */
export function neighboursOf(
  { namespace }: Pick<Canary, 'namespace'>,
  objects: readonly KubeObject[],
): KubeObject[] {
  return objects.filter(({ metadata }) => isBeside(metadata?.namespace, namespace))
}

/** Objects of which nothing is known but what the files say. */
export function neighbourRemarks(canary: Canary, own: readonly KubeObject[]): Remark[] {
  const { targetRef } = canary.spec
  const target = own.find(
    ({ kind, metadata }) => kind === targetRef.kind && metadata.name === targetRef.name,
  )
  return [
    ...(target ? [...selector(canary, target), ...port(canary, target)] : []),
    ...services(canary, own),
    ...scalers(canary, own, target),
  ]
}

/** A manifest without a namespace gets that of whoever applies it. */
function isBeside(namespace: string | undefined, other: string): boolean {
  return !namespace || !other || namespace === other
}

function selector({ spec }: Canary, target: KubeObject): Remark[] {
  const labels = (target as Partial<Templated>).spec?.selector?.matchLabels ?? {}
  if (leadsToPods(spec) || usualSelectorLabels.some((key) => key in labels)) return []
  const message = `${nameOf(target)} selects its pods by none of ${usualSelectorLabels.join(', ')}; add one, or start the controller with -selector-labels`
  return [error('LNT051', 'spec.targetRef', message)]
}

function port({ spec }: Canary, target: KubeObject): Remark[] {
  const containers = (target as Partial<Templated>).spec?.template?.spec?.containers
  const ports = containers?.flatMap((one) => one.ports ?? []) ?? []
  const { service } = spec
  if (!service || ports.length === 0) return []
  const wanted = service.targetPort ?? service.port
  if (ports.some((one) => one.containerPort === wanted || one.name === wanted)) return []
  const field = service.targetPort === undefined ? 'port' : 'targetPort'
  const list = ports.map((one) => one.name ?? one.containerPort).join(', ')
  const path = `spec.service.${field}`
  return [
    error('LNT052', path, `${path} ${wanted} is no port of ${nameOf(target)}; it has ${list}`),
  ]
}

function services({ names, spec }: Canary, own: readonly KubeObject[]): Remark[] {
  if (leadsToPods(spec)) return []
  const generated = Object.values(names)
  return own
    .filter(({ kind, metadata }) => kind === 'Service' && generated.includes(metadata.name))
    .map(({ metadata }) =>
      warning(
        'LNT053',
        'spec.service',
        `service ${metadata.name} is in the files, and the controller takes it over; leave it out, or let it have what the Canary says`,
      ),
    )
}

function scalers(
  { spec }: Canary,
  own: readonly KubeObject[],
  target: Fields | undefined,
): Remark[] {
  const { targetRef, autoscalerRef } = spec
  const scaler = own.find((object) => {
    const aim = aimOf(object)
    const isSame = aim.kind === targetRef.kind && aim.name === targetRef.name
    return isSame && shownScaler(object) !== undefined
  })
  if (!scaler) return []
  const found: Remark[] = []
  if (!autoscalerRef)
    found.push(
      warning(
        'LNT054',
        'spec.targetRef',
        `${nameOf(scaler)} scales the target and not its primary; set spec.autoscalerRef to it`,
      ),
    )
  if (target?.spec?.replicas !== undefined)
    found.push(
      warning(
        'LNT055',
        'spec.targetRef',
        `${nameOf(target)} has replicas beside ${nameOf(scaler)}: each time it is applied they fight; remove replicas`,
      ),
    )
  return found
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()} ${metadata.name}`
}

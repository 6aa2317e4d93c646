/** How a DaemonSet rests: it asks for nodes with a label that none has. */
import { keep } from '../metadata.ts'
import type { DaemonSet } from '../pods/pod-template.ts'

/** As Flagger writes it, so that a target that one of the two put to rest is woken by the other. */
const restKey = 'flagger.app/scale-to-zero'

/** Whether it asks for that label, whoever wrote it. */
export function rests({ spec }: DaemonSet): boolean {
  return spec.template.spec.nodeSelector?.[restKey] !== undefined
}

/** The DaemonSet put to rest; what else it asks of nodes stays. */
export function atRest(target: DaemonSet): DaemonSet {
  const { nodeSelector } = target.spec.template.spec
  return withNodes(target, { ...nodeSelector, [restKey]: 'true' })
}

/** The nodes that the user asks for; where these are any, there is no selector at all. */
export function withoutRest(found: DaemonSet): DaemonSet {
  if (!rests(found)) return found
  const { nodeSelector = {} } = found.spec.template.spec
  return withNodes(
    found,
    keep(nodeSelector, (key) => key !== restKey),
  )
}

function withNodes(of: DaemonSet, nodeSelector: Record<string, string>): DaemonSet {
  const { template } = of.spec
  const { nodeSelector: _, ...others } = template.spec
  const spec = Object.keys(nodeSelector).length > 0 ? { ...others, nodeSelector } : others
  return { ...of, spec: { ...of.spec, template: { ...template, spec } } }
}

/** A primary whose images somebody changed at rest: no run knows of it, and nothing is pending. Pure. */

import type { CanaryStatus } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { ManagedField } from '../objects.ts'
import type { WorkloadObject } from '../workloads/shown.ts'
import { isOurManager, lastWriter } from '../writes/managers.ts'
import type { Warning } from './warnings.ts'

export const changedByHandCode = 'CAN012'

const containers = ['spec', 'template', 'spec', 'containers'] as const

/**
 * Who did it, and what becomes of it; none where the API server names nobody, as while the target
 * has a new image that the controller is about to see.
 */
export function changedByHand(of: {
  canary: Canary
  target?: WorkloadObject | undefined
  primary?: WorkloadObject | undefined
}): Warning[] {
  const { canary, target, primary } = of
  const wanted = promotedIn(canary.status, target)
  if (!primary) return []
  const changed = containersOf(primary).filter(({ name, image }) =>
    wanted.some((one) => one.name === name && one.image !== image),
  )
  const writer = lastWriter(primary, containers, isSomebody)
  if (changed.length === 0 || !writer) return []
  const images = changed.map(({ name, image = 'no image' }) => {
    const own = wanted.find((one) => one.name === name)?.image ?? 'no image'
    return `${image} in place of ${own}`
  })
  const when = writer.time === undefined ? '' : ` at ${writer.time}`
  const object = `${primary.kind.toLowerCase()} ${primary.metadata.name}`
  return [
    {
      code: changedByHandCode,
      message:
        `${object} runs ${images.join(', ')}, set by ${writer.manager}${when} and by no run: it is ` +
        'left as it is until the next promotion replaces it; to keep it, give the target that image',
    },
  ]
}

/** What the primary runs as far as runs know; nothing where they don't. */
function promotedIn(status: CanaryStatus, target: WorkloadObject | undefined): Container[] {
  const { phase, lastAppliedSpec, lastPromotedSpec, canaryAnalysis, canaryWeight } = status
  // What failed is on the target still, and its run has noted from what it came.
  if (phase === 'Failed' && canaryWeight !== 100)
    return (canaryAnalysis?.images ?? []).flatMap(({ container: name, from }) =>
      from === undefined ? [] : [{ name, image: from }],
    )
  const isAtRest = phase === 'Initialized' || phase === 'Succeeded'
  const isKnown = lastPromotedSpec !== undefined && lastAppliedSpec === lastPromotedSpec
  return isAtRest && isKnown && target ? containersOf(target) : []
}

interface Container {
  name: string
  image?: string
}

function containersOf({ spec }: WorkloadObject): Container[] {
  return spec?.template?.spec?.containers ?? []
}

function isSomebody({ manager = '', subresource }: ManagedField): boolean {
  return manager !== '' && !isOurManager(manager) && !subresource
}

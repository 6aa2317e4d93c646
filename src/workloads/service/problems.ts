/** What a Canary gets wrong whose target is a Service. */
import type { Canary } from '../../canary/canary.ts'
import { longestLabel } from '../../canary/names/generated-names.ts'

const suffix = '-primary'

/** The target is the Service that users call, and its copies are Services. */
export function problems({ spec, targetName, label }: Canary): string[] {
  const { name } = spec.service ?? {}
  const most = longestLabel - suffix.length
  if (name && name !== targetName)
    return [
      `canary ${label}: spec.service.name ${name} is not the target, Service ${targetName}, ` +
        'which is what users call; remove it',
    ]
  if (targetName.length <= most) return []
  return [
    `canary ${label}: spec.targetRef.name has ${targetName.length} characters, and ${suffix} ` +
      `needs ${suffix.length} of the ${longestLabel} that a Service may have; ` +
      `give the Service a name of at most ${most}`,
  ]
}

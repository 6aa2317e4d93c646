/** Who gave a workload its size, by what the API server records of every write. */
import { byText } from '../compare.ts'
import type { KubeObject } from '../objects.ts'
import { holdsField } from '../writes/managers.ts'
import type { SizeWriter } from './workload.ts'

/** The last writer of `spec.replicas`; undefined where the object does not tell. */
export function sizeWriter({ metadata }: KubeObject): SizeWriter | undefined {
  const writers = (metadata.managedFields ?? []).filter(({ fieldsV1 }) =>
    holdsField(fieldsV1, ['spec', 'replicas']),
  )
  const last = writers.toSorted((a, b) => byText(a.time, b.time)).at(-1)
  if (!last) return undefined
  return { manager: last.manager || 'unknown', byScale: last.subresource === 'scale' }
}

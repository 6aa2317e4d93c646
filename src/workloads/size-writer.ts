/** Who gave a workload its size, by what the API server records of every write. */
import type { KubeObject } from '../objects.ts'
import { lastWriter } from '../writes/managers.ts'
import type { SizeWriter } from './workload.ts'

/** The last writer of `spec.replicas`; undefined where the object does not tell. */
export function sizeWriter(object: KubeObject): SizeWriter | undefined {
  const last = lastWriter(object, ['spec', 'replicas'])
  if (!last) return undefined
  return { manager: last.manager || 'unknown', byScale: last.subresource === 'scale' }
}

/** Requests that clients and controllers depend on, in the order in which they would make them. */
import type { Sequence } from './sequence.ts'
import { customResources } from './sequences/custom-resources.ts'
import { lives } from './sequences/lives.ts'
import { reads } from './sequences/reads.ts'
import { namesOfServices } from './sequences/services.ts'
import { targets } from './sequences/targets.ts'
import { writes } from './sequences/writes.ts'

export const sequences: readonly Sequence[] = [
  ...writes,
  ...namesOfServices,
  ...customResources,
  ...lives,
  ...reads,
  ...targets,
]

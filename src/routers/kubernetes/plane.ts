/** Plain Kubernetes: a Service sends to the pods of its selector, and nothing reads a request. */
import type { Plane } from '../../sandbox/traffic/plane.ts'

export const plane: Plane = {
  road: () => undefined,
  counts: () => [],
  tester: () => ({}),
}

// Generated from the folders beside it by `npm run generate`; not to be edited.
import { daemonSet } from './daemon-set/index.ts'
import { deployment } from './deployment/index.ts'
import { knativeService } from './knative-service/index.ts'
import { service } from './service/index.ts'
import { statefulSet } from './stateful-set/index.ts'
import type { WorkloadKind } from './workload.ts'

/** Every kind of target, in the order of their folders. */
export const workloadKinds: readonly WorkloadKind[] = [
  daemonSet,
  deployment,
  knativeService,
  service,
  statefulSet,
]

/** Core Services as targets: traffic moves between two sets of pods that others run. */
import type { WorkloadKind } from '../workload.ts'
import { problems } from './problems.ts'
import { shown } from './shown.ts'
import { service as workload } from './workload.ts'

export const service: WorkloadKind = {
  kind: 'Service',
  serves: shown.serves,
  kinds: [shown.kind],
  leadsToPods: true,
  problems,
  // As Flagger's events have it.
  measured: { suffix: ':service' },
  workload,
}

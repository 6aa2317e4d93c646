/** Knative Services as targets: revisions are the versions, and no copy is made of anything. */
import {
  type KnativeService,
  knativeRevisions,
  knativeServiceRef,
  knativeServices,
} from '../../knative-service.ts'
import type { WorkloadKind } from '../workload.ts'
import { shown } from './shown.ts'
import { knativeService as workload } from './workload.ts'

export const knativeService: WorkloadKind = {
  kind: 'Service',
  serves: shown.serves,
  kinds: [knativeServices, knativeRevisions],
  found: [knativeServices],
  onlyRead: [knativeRevisions],
  leadsToPods: true,
  problems: ({ spec }) => (spec.autoscalerRef ? ["can't use autoscaler with Knative Service"] : []),
  // What is measured is the latest revision.
  measured: {
    route: ({ canary, find }) =>
      find<KnativeService>(knativeServiceRef(canary))?.status?.latestCreatedRevisionName,
  },
  workload,
}

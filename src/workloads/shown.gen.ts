// Generated from the folders beside it by `npm run generate`; not to be edited.
import { shown as daemonSet } from './daemon-set/shown.ts'
import { shown as deployment } from './deployment/shown.ts'
import { shown as knativeService } from './knative-service/shown.ts'
import { shown as service } from './service/shown.ts'
import { shown as statefulSet } from './stateful-set/shown.ts'
import type { ShownWorkload } from './shown.ts'

/** What people are shown of every kind, in the order of the folders. */
export const shownWorkloads: readonly ShownWorkload[] = [
  daemonSet,
  deployment,
  knativeService,
  service,
  statefulSet,
]

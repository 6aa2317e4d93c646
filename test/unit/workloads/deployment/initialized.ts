/** Objects of a canary of a Deployment, and the primary among them. */
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../../src/workloads/pods/pod-template.ts'
import { context, written } from '../builders.ts'

export const primaryOf = (objects: readonly KubeObject[]) =>
  objects.find(({ metadata }) => metadata.name === 'podinfo-primary') as Deployment

/** A cluster in which the canary was initialised. */
export function initialized(objects: KubeObject[]): KubeObject[] {
  return written(objects, workload.initialize(context(objects)))
}

/** What people are shown of Knative Services: Knative itself sees to their pods. */
import { knativeServices } from '../../knative-service.ts'
import type { ShownWorkload } from '../shown.ts'

export const shown: ShownWorkload = {
  kind: knativeServices,
  serves: ({ apiVersion, kind }) =>
    kind === knativeServices.kind && apiVersion === knativeServices.apiVersion,
  shortNames: ['ksvc', 'kservice'],
}

/** What people are shown of Services as targets: others run the pods behind them. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ShownWorkload } from '../shown.ts'

export const shown: ShownWorkload = {
  kind: namespacedKind('v1', 'Service', 'services'),
  // Knative calls its own kind the same.
  serves: ({ apiVersion = '', kind }) =>
    kind === 'Service' && !apiVersion.startsWith('serving.knative.dev/'),
  shortNames: ['svc'],
}

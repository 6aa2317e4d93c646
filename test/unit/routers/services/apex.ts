/** The apex Service, of a canary and of a user. */
import type { KubeObject } from '../../../../src/objects.ts'
import { apexService } from '../../../../src/routers/services/services.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

export interface Service extends KubeObject {
  spec: Record<string, unknown>
}

export const userService: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'podinfo', namespace: 'test', labels: { team: 'shop' } },
  spec: {
    type: 'LoadBalancer',
    clusterIP: '10.0.0.7',
    selector: { app: 'podinfo', tier: 'web' },
    ports: [{ port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 }],
  },
}

export const apexOf = (of: ContextOf = {}) => apexService(contextOf(of))[0] as Service

export function ownedService(
  of: ContextOf = {},
  change: Partial<KubeObject['metadata']> = {},
): Service {
  const service = apexOf(of)
  return { ...service, metadata: { ...service.metadata, ...change } }
}

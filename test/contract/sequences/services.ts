/** What Services may be called. */
import { type Past, type Sequence, send, step } from '../sequence.ts'
import { type Body, configMap, configMaps, core } from './objects.ts'

const services = (past: Past) => core(past, 'services')

function service(name: string, port: Body = {}): Body {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, ...port }] },
  }
}

export const namesOfServices: Sequence[] = [
  {
    name: 'names and ports of Services',
    steps: [
      step((past) => ({
        method: 'POST',
        path: `${services(past)}?dryRun=All`,
        body: service('2048-canary'),
      })),
      send('POST', services, service('web.v2-canary')),
      send('POST', services, service('Web')),
      send('POST', services, service('w'.repeat(64))),
      send('POST', configMaps, configMap('c'.repeat(254))),
      send('POST', services, service('web', { name: 'Web' })),
      send('POST', services, service('web', { targetPort: 'container-port-80' })),
      send('POST', services, service('web', { targetPort: 'web--1' })),
      send('POST', services, service('web', { appProtocol: 'a b' })),
    ],
  },
]

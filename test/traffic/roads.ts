/** The three ways by which Traefik leads users to a canary. */
import type { KubeObject } from '../../src/objects.ts'
import { entrance } from './network.ts'

export interface Road {
  /** The host that users ask for. */
  host: string
  /** What the user of the provider makes. */
  objects: (namespace: string) => (KubeObject & { spec: unknown })[]
  /** Of the Canary. */
  spec: { provider: string; ingressRef?: object }
  service?: object
  /** What its checks ask; with none a hook looks at the users. */
  metrics: object[]
}

/** What Traefik counts, which it does not until the first user met the canary. */
const successRate = {
  name: 'request-success-rate',
  thresholdRange: { min: 99 },
  interval: '10s',
  noData: 'hold',
}

const port = 80

const ingressRoute =
  (host: string): Road['objects'] =>
  () => [
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name: 'app' },
      spec: {
        entryPoints: ['web'],
        routes: [
          {
            match: `Host(\`${host}\`)`,
            kind: 'Rule',
            services: [{ kind: 'TraefikService', name: 'app' }],
          },
        ],
      },
    },
  ]

const gateway: Road['objects'] = () => [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public' },
    spec: {
      gatewayClassName: 'traefik',
      listeners: [{ name: 'web', protocol: 'HTTP', port: entrance.port }],
    },
  },
]

const ingress =
  (host: string): Road['objects'] =>
  () => [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'app' },
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'app', port: { number: port } } },
                },
              ],
            },
          },
        ],
      },
    },
  ]

export const roads: Readonly<Record<string, Road>> = {
  'an IngressRoute': {
    host: 'route.example.com',
    objects: ingressRoute('route.example.com'),
    spec: { provider: 'traefik' },
    metrics: [successRate],
  },
  'a Gateway and an HTTPRoute': {
    host: 'gateway.example.com',
    objects: gateway,
    spec: { provider: 'gatewayapi:v1' },
    service: {
      hosts: ['gateway.example.com'],
      gatewayRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
    },
    metrics: [],
  },
  'an Ingress of NGINX': {
    host: 'nginx.example.com',
    objects: ingress('nginx.example.com'),
    spec: {
      provider: 'nginx',
      ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'app' },
    },
    metrics: [],
  },
}

// Generated from the folders beside it by `npm run generate`; not to be edited.
import { alb } from './alb/index.ts'
import { apisix } from './apisix/index.ts'
import { appMesh } from './app-mesh/index.ts'
import { contour } from './contour/index.ts'
import { custom } from './custom/index.ts'
import { gatewayApi } from './gateway-api/index.ts'
import { gloo } from './gloo/index.ts'
import { istio } from './istio/index.ts'
import { knative } from './knative/index.ts'
import { kubernetes } from './kubernetes/index.ts'
import { kuma } from './kuma/index.ts'
import { linkerd } from './linkerd/index.ts'
import { nginx } from './nginx/index.ts'
import { osm } from './osm/index.ts'
import { skipper } from './skipper/index.ts'
import { smi } from './smi/index.ts'
import { traefik } from './traefik/index.ts'
import type { Provider } from './provider.ts'

/** Every mesh, ingress and gateway, in the order of their folders. */
export const providers: readonly Provider[] = [
  alb,
  apisix,
  appMesh,
  contour,
  custom,
  gatewayApi,
  gloo,
  istio,
  knative,
  kubernetes,
  kuma,
  linkerd,
  nginx,
  osm,
  skipper,
  smi,
  traefik,
]

// Generated from the folders in src/routers by `npm run generate`; not to be edited.
import { contour } from '../routers/contour/index.ts'
import { plane as contourPlane } from '../routers/contour/plane.ts'
import { gatewayApi } from '../routers/gateway-api/index.ts'
import { plane as gatewayApiPlane } from '../routers/gateway-api/plane.ts'
import { istio } from '../routers/istio/index.ts'
import { plane as istioPlane } from '../routers/istio/plane.ts'
import { kubernetes } from '../routers/kubernetes/index.ts'
import { plane as kubernetesPlane } from '../routers/kubernetes/plane.ts'
import { nginx } from '../routers/nginx/index.ts'
import { plane as nginxPlane } from '../routers/nginx/plane.ts'
import { skipper } from '../routers/skipper/index.ts'
import { plane as skipperPlane } from '../routers/skipper/plane.ts'
import { traefik } from '../routers/traefik/index.ts'
import { plane as traefikPlane } from '../routers/traefik/plane.ts'
import type { Plane } from './traffic/plane.ts'

/** The data plane of every provider that has one. */
export const planes: readonly { serves(provider: string): boolean; plane: Plane }[] = [
  { serves: contour.serves, plane: contourPlane },
  { serves: gatewayApi.serves, plane: gatewayApiPlane },
  { serves: istio.serves, plane: istioPlane },
  { serves: kubernetes.serves, plane: kubernetesPlane },
  { serves: nginx.serves, plane: nginxPlane },
  { serves: skipper.serves, plane: skipperPlane },
  { serves: traefik.serves, plane: traefikPlane },
]

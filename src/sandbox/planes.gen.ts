// Generated from the folders in src/routers by `npm run generate`; not to be edited.
import { alb } from '../routers/alb/index.ts'
import { plane as albPlane } from '../routers/alb/plane.ts'
import { apisix } from '../routers/apisix/index.ts'
import { plane as apisixPlane } from '../routers/apisix/plane.ts'
import { appMesh } from '../routers/app-mesh/index.ts'
import { plane as appMeshPlane } from '../routers/app-mesh/plane.ts'
import { contour } from '../routers/contour/index.ts'
import { plane as contourPlane } from '../routers/contour/plane.ts'
import { custom } from '../routers/custom/index.ts'
import { plane as customPlane } from '../routers/custom/plane.ts'
import { gatewayApi } from '../routers/gateway-api/index.ts'
import { plane as gatewayApiPlane } from '../routers/gateway-api/plane.ts'
import { gloo } from '../routers/gloo/index.ts'
import { plane as glooPlane } from '../routers/gloo/plane.ts'
import { istio } from '../routers/istio/index.ts'
import { plane as istioPlane } from '../routers/istio/plane.ts'
import { knative } from '../routers/knative/index.ts'
import { plane as knativePlane } from '../routers/knative/plane.ts'
import { kubernetes } from '../routers/kubernetes/index.ts'
import { plane as kubernetesPlane } from '../routers/kubernetes/plane.ts'
import { kuma } from '../routers/kuma/index.ts'
import { plane as kumaPlane } from '../routers/kuma/plane.ts'
import { linkerd } from '../routers/linkerd/index.ts'
import { plane as linkerdPlane } from '../routers/linkerd/plane.ts'
import { nginx } from '../routers/nginx/index.ts'
import { plane as nginxPlane } from '../routers/nginx/plane.ts'
import { osm } from '../routers/osm/index.ts'
import { plane as osmPlane } from '../routers/osm/plane.ts'
import { skipper } from '../routers/skipper/index.ts'
import { plane as skipperPlane } from '../routers/skipper/plane.ts'
import { smi } from '../routers/smi/index.ts'
import { plane as smiPlane } from '../routers/smi/plane.ts'
import { traefik } from '../routers/traefik/index.ts'
import { plane as traefikPlane } from '../routers/traefik/plane.ts'
import type { Plane } from './traffic/plane.ts'

/** The data plane of every provider that has one. */
export const planes: readonly { serves(provider: string): boolean; plane: Plane }[] = [
  { serves: alb.serves, plane: albPlane },
  { serves: apisix.serves, plane: apisixPlane },
  { serves: appMesh.serves, plane: appMeshPlane },
  { serves: contour.serves, plane: contourPlane },
  { serves: custom.serves, plane: customPlane },
  { serves: gatewayApi.serves, plane: gatewayApiPlane },
  { serves: gloo.serves, plane: glooPlane },
  { serves: istio.serves, plane: istioPlane },
  { serves: knative.serves, plane: knativePlane },
  { serves: kubernetes.serves, plane: kubernetesPlane },
  { serves: kuma.serves, plane: kumaPlane },
  { serves: linkerd.serves, plane: linkerdPlane },
  { serves: nginx.serves, plane: nginxPlane },
  { serves: osm.serves, plane: osmPlane },
  { serves: skipper.serves, plane: skipperPlane },
  { serves: smi.serves, plane: smiPlane },
  { serves: traefik.serves, plane: traefikPlane },
]

import type { KubeObject } from '../../src/objects.ts'

/** Where the API server keeps one kind. */
export interface ScenarioKind {
  /** `v1`, or group and version. */
  apiVersion: string
  plural: string
  clusterScoped?: true
}

const kind = (apiVersion: string, plural: string): ScenarioKind => ({ apiVersion, plural })

/** The kinds of scenarios and recordings, by the names that these use. */
export const scenarioKinds: Readonly<Record<string, ScenarioKind>> = {
  Canary: kind('flagger.app/v1beta1', 'canaries'),
  MetricTemplate: kind('flagger.app/v1beta1', 'metrictemplates'),
  AlertProvider: kind('flagger.app/v1beta1', 'alertproviders'),
  Deployment: kind('apps/v1', 'deployments'),
  DaemonSet: kind('apps/v1', 'daemonsets'),
  StatefulSet: kind('apps/v1', 'statefulsets'),
  Service: kind('v1', 'services'),
  ConfigMap: kind('v1', 'configmaps'),
  Secret: kind('v1', 'secrets'),
  Event: kind('v1', 'events'),
  HorizontalPodAutoscaler: kind('autoscaling/v2', 'horizontalpodautoscalers'),
  Ingress: kind('networking.k8s.io/v1', 'ingresses'),
  VirtualService: kind('networking.istio.io/v1beta1', 'virtualservices'),
  DestinationRule: kind('networking.istio.io/v1beta1', 'destinationrules'),
  HTTPProxy: kind('projectcontour.io/v1', 'httpproxies'),
  RouteTable: kind('gateway.solo.io/v1', 'routetables'),
  Upstream: kind('gloo.solo.io/v1', 'upstreams'),
  HTTPRoute: kind('gateway.networking.k8s.io/v1', 'httproutes'),
  AppMeshVirtualNode: kind('appmesh.k8s.aws/v1beta2', 'virtualnodes'),
  AppMeshVirtualRouter: kind('appmesh.k8s.aws/v1beta2', 'virtualrouters'),
  AppMeshVirtualService: kind('appmesh.k8s.aws/v1beta2', 'virtualservices'),
  TrafficSplit: kind('split.smi-spec.io/v1alpha1', 'trafficsplits'),
  TrafficRoute: { ...kind('kuma.io/v1alpha1', 'trafficroutes'), clusterScoped: true },
  ApisixRoute: kind('apisix.apache.org/v2', 'apisixroutes'),
  TraefikService: kind('traefik.io/v1alpha1', 'traefikservices'),
  ScaledObject: kind('keda.sh/v1alpha1', 'scaledobjects'),
  KnativeService: kind('serving.knative.dev/v1', 'services'),
}

/** The entry of `scenarioKinds`; throws for a kind that is not listed. */
export function scenarioKind(name: string): ScenarioKind {
  const found = scenarioKinds[name]
  if (!found) throw new Error(`kind ${name} is not listed in test/conformance/kinds.ts`)
  return found
}

/** The name of an object's kind in scenarios: kinds that share a name get a prefix. */
export function kindNameOf({ apiVersion, kind }: KubeObject): string {
  if (apiVersion.startsWith('appmesh')) return `AppMesh${kind}`
  return apiVersion.startsWith('serving.knative') ? 'KnativeService' : kind
}

/** The kind as the API server calls it. */
export function plainKind(name: string): string {
  return name === 'KnativeService' ? 'Service' : name.replace(/^AppMesh/, '')
}

/** The path of a collection, or of one object with `name`. */
export function pathOf(kindName: string, namespace: string, name?: string): string {
  const { apiVersion, plural, clusterScoped } = scenarioKind(kindName)
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const scope = clusterScoped ? '' : `/namespaces/${namespace}`
  return `${root}${scope}/${plural}${name ? `/${name}` : ''}`
}

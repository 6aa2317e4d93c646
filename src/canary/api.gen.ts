/** Generated from crds/ by `npm run generate`; not to be edited. */
import type { KubeObject } from '../objects.ts'

/** Canary describes how new revisions of a workload are released step by step. */
export interface CanaryResource extends KubeObject {
  apiVersion: 'flagger.app/v1beta1'
  kind: 'Canary'
  /** What is released, and how. */
  spec: CanarySpec
  /** Where the release stands. Written by the controller. */
  status?: CanaryStatus
}

export interface CanarySpec {
  /**
   * Service mesh or ingress controller that splits the traffic. Default is the controller's
   * -mesh-provider.
   */
  provider?: ProviderName
  /**
   * Prometheus URL of the builtin metrics and of inline queries. Default is the controller's
   * -metrics-server.
   */
  metricsServer?: string
  /** The workload to release. It serves the canary traffic during a run. */
  targetRef: TargetRef
  /**
   * The autoscaler of the target; the primary gets a copy of it. Its edits are followed while no
   * run is on.
   */
  autoscalerRef?: AutoscalerRef
  /** The Ingress that the nginx and skipper providers copy. */
  ingressRef?: IngressRef
  /**
   * Further Ingresses that lead to the Service; each is copied as the one of ingressRef is, and all
   * have the same weight.
   */
  ingressRefs?: IngressRefs[]
  /**
   * HTTPRoutes of your own whose rules for the Service the gatewayapi providers lead to primary and
   * canary, beside the generated route, or in place of it where gatewayRefs names nothing.
   */
  httpRouteRefs?: HttpRouteRefs[]
  /** The ApisixRoute that the apisix provider copies. */
  routeRef?: RouteRef
  /** The Gloo Upstream whose settings the generated upstreams get. */
  upstreamRef?: UpstreamRef
  /** How Services and routing objects are generated. */
  service?: CanaryService
  /** How a new revision is checked. */
  analysis: Analysis
  /** Seconds a rollout may be stuck before the run fails. Default is 600. */
  progressDeadlineSeconds?: number
  /** Promotes as soon as the canary is ready, without checks. */
  skipAnalysis?: boolean
  /**
   * For a StatefulSet with volumeClaimTemplates. Its primary gets claims of its own, which start
   * empty, and no data is copied between the two. The canary is held until this is true.
   */
  acceptEmptyClaims?: boolean
  /** Gives back the original objects when the Canary is deleted. */
  revertOnDeletion?: boolean
  /** Stops all work on this Canary. */
  suspend?: boolean
}

export type ProviderName =
  | 'apisix'
  | 'appmesh'
  | 'appmesh:v1beta2'
  | 'contour'
  | 'gatewayapi:v1'
  | 'gatewayapi:v1beta1'
  | 'gloo'
  | 'istio'
  | 'knative'
  | 'kubernetes'
  | 'kuma'
  | 'linkerd'
  | 'nginx'
  | 'osm'
  | 'skipper'
  | 'smi:v1alpha1'
  | 'smi:v1alpha2'
  | 'smi:v1alpha3'
  | 'traefik'
  | 'alb'
  | `custom:${string}`

export interface TargetRef {
  apiVersion: string
  kind: 'DaemonSet' | 'Deployment' | 'Service' | 'StatefulSet'
  name: string
}

export interface AutoscalerRef {
  apiVersion: string
  kind: 'HorizontalPodAutoscaler' | 'ScaledObject'
  name: string
  /**
   * Trigger name to query, for the ScaledObject of the primary. Turns off the automatic rewriting
   * of queries.
   */
  primaryScalerQueries?: Record<string, string>
  /** Replica limits of the primary's autoscaler, where they differ from the target's. */
  primaryScalerReplicas?: PrimaryScalerReplicas
}

export interface PrimaryScalerReplicas {
  minReplicas?: number
  maxReplicas?: number
}

export interface IngressRef {
  apiVersion: string
  kind: 'Ingress'
  name: string
}

export interface IngressRefs {
  apiVersion: string
  kind: 'Ingress'
  name: string
}

export interface HttpRouteRefs {
  apiVersion?: string
  kind?: 'HTTPRoute'
  name: string
}

export interface RouteRef {
  apiVersion: string
  kind: 'ApisixRoute'
  name: string
}

export interface UpstreamRef {
  apiVersion: string
  kind: 'Upstream'
  name: string
  namespace?: string
}

export interface CanaryService {
  /** Name of the apex Service. Default is the name of the target. */
  name?: string
  /** Port of the generated Services. */
  port: number
  /** Name of that port. Default is its name in a Service that was there before, or else http. */
  portName?: string
  /**
   * Number or name of the container port. Default is where a Service that was there before leads,
   * or else the port.
   */
  targetPort?: number | string
  /** Application protocol of the port. */
  appProtocol?: string
  /** Traffic distribution of the generated Services. */
  trafficDistribution?: 'PreferClose' | 'PreferSameZone' | 'PreferSameNode'
  /** Adds the other container ports to the generated Services. */
  portDiscovery?: boolean
  /** Generates Services without a cluster IP. */
  headless?: boolean
  /** Request timeout of the generated route. */
  timeout?: string
  /** Timeout of a request to one backend (Gateway API). */
  backendTimeout?: string
  /** Istio gateways. Default is mesh. */
  gateways?: string[]
  /** Gateway API parents of the generated HTTPRoute. */
  gatewayRefs?: GatewayRef[]
  /** Host names of the generated route. */
  hosts?: string[]
  /** Generates an Istio delegate VirtualService, without hosts and gateways. */
  delegation?: boolean
  /**
   * Traffic policy of the generated Istio DestinationRules. Fields that are not listed here are
   * passed on.
   */
  trafficPolicy?: TrafficPolicy
  /** Conditions that requests of the generated route meet; one of them is enough. */
  match?: ServiceMatch[]
  /** Path and authority of the forwarded request. */
  rewrite?: Rewrite
  /** Retry policy of the generated route. */
  retries?: Retries
  /** Header changes of the generated route. */
  headers?: ServiceHeaders
  /** Backends that always get a copy of each request (Gateway API). */
  mirror?: RequestMirror[]
  /** Cross-origin policy of the generated route. */
  corsPolicy?: CorsPolicy
  /** App Mesh mesh (appmesh only; not used by appmesh:v1beta2). */
  meshName?: string
  /** App Mesh backends. */
  backends?: string[]
  /**
   * Labels and annotations of a generated Service; those of the apex also go to the routing object.
   */
  apex?: ServiceMetadata
  /**
   * Labels and annotations of a generated Service; those of the apex also go to the routing object.
   */
  primary?: ServiceMetadata
  /**
   * Labels and annotations of a generated Service; those of the apex also go to the routing object.
   */
  canary?: ServiceMetadata
  /** Keys on the generated Services that the controller neither sets nor removes. */
  unmanagedMetadata?: UnmanagedMetadata
}

export interface GatewayRef {
  group?: string
  kind?: string
  name: string
  namespace?: string
  sectionName?: string
  port?: number
}

export interface TrafficPolicy {
  connectionPool?: ConnectionPool
  loadBalancer?: LoadBalancer
  outlierDetection?: OutlierDetection
  tls?: TrafficPolicyTls
}

export interface ConnectionPool {
  http?: ConnectionPoolHttp
  tcp?: ConnectionPoolTcp
}

export interface ConnectionPoolHttp {
  h2UpgradePolicy?: 'DEFAULT' | 'DO_NOT_UPGRADE' | 'UPGRADE'
  http1MaxPendingRequests?: number
  http2MaxRequests?: number
  maxRequestsPerConnection?: number
  maxRetries?: number
  idleTimeout?: string
}

export interface ConnectionPoolTcp {
  maxConnections?: number
  connectTimeout?: string
}

export interface LoadBalancer {
  simple?: 'ROUND_ROBIN' | 'LEAST_CONN' | 'RANDOM' | 'PASSTHROUGH' | 'LEAST_REQUEST'
  consistentHash?: ConsistentHash
  localityLbSetting?: LocalityLbSetting
  warmupDurationSecs?: string
}

export interface ConsistentHash {
  httpHeaderName?: string
  httpCookie?: HttpCookie
  useSourceIp?: boolean
  httpQueryParameterName?: string
  minimumRingSize?: number
}

export interface HttpCookie {
  name?: string
  path?: string
  ttl?: string
}

export interface LocalityLbSetting {
  enabled?: boolean
  distribute?: LocalityDistribution[]
  failover?: LocalityFailover[]
  failoverPriority?: string[]
}

export interface LocalityDistribution {
  from?: string
  to?: Record<string, number>
}

export interface LocalityFailover {
  from?: string
  to?: string
}

export interface OutlierDetection {
  consecutive5xxErrors?: number
  consecutiveErrors?: number
  consecutiveGatewayErrors?: number
  consecutiveLocalOriginFailures?: number
  interval?: string
  baseEjectionTime?: string
  maxEjectionPercent?: number
  minHealthPercent?: number
  splitExternalLocalOriginErrors?: boolean
}

export interface TrafficPolicyTls {
  mode?: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'
  clientCertificate?: string
  privateKey?: string
  caCertificates?: string
  sni?: string
  subjectAltNames?: string[]
}

export interface ServiceMatch {
  name?: string
  uri?: StringMatch
  scheme?: StringMatch
  method?: StringMatch
  authority?: StringMatch
  headers?: Record<string, StringMatch>
  queryParams?: Record<string, StringMatch>
  withoutHeaders?: Record<string, StringMatch>
  ignoreUriCase?: boolean
  port?: number
  sourceLabels?: Record<string, string>
  gateways?: string[]
  sourceNamespace?: string
}

export interface StringMatch {
  exact?: string
  prefix?: string
  suffix?: string
  regex?: string
}

export interface Rewrite {
  uri?: string
  authority?: string
  /** ReplacePrefixMatch, or else the full path is replaced (Gateway API). */
  type?: string
}

export interface Retries {
  attempts?: number
  perTryTimeout?: string
  retryOn?: string
}

export interface ServiceHeaders {
  request?: HeaderOperations
  response?: HeaderOperations
}

export interface HeaderOperations {
  add?: Record<string, string>
  set?: Record<string, string>
  remove?: string[]
}

export interface RequestMirror {
  backendRef?: BackendRef
}

export interface BackendRef {
  group?: string
  kind?: string
  name: string
  namespace?: string
  port?: number
}

export interface CorsPolicy {
  allowOrigin?: string[]
  allowOrigins?: OriginMatch[]
  allowMethods?: string[]
  allowHeaders?: string[]
  exposeHeaders?: string[]
  maxAge?: string
  allowCredentials?: boolean
}

export interface OriginMatch {
  exact?: string
  prefix?: string
  regex?: string
}

export interface ServiceMetadata {
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export interface UnmanagedMetadata {
  labels?: string[]
  annotations?: string[]
}

export interface Analysis {
  /** Time between two checks, such as 30s, 1m30s or 1h. At least 10s. */
  interval: string
  /** Failed checks that end the run with a rollback. Default is 1. */
  threshold?: number
  /**
   * Failed checks in a row that end the run with a rollback, beside threshold. 0, the default, for
   * none.
   */
  consecutiveThreshold?: number
  /**
   * Number of checks. Without weights it selects A/B testing (with match) or blue/green; beside
   * stepWeight it is the number of checks in all.
   */
  iterations?: number
  /** Canary weight at which the promotion starts. Default is 100, and more counts as 100. */
  maxWeight?: number
  /**
   * Weight added after each passed check. Tenths of a percent where the provider shares as finely.
   */
  stepWeight?: number
  /** The weights one after the other; the last one is the maximum, and more counts as 100. */
  stepWeights?: number[]
  /** Weight moved back to the primary per interval during the promotion; 0 moves all at once. */
  stepWeightPromotion?: number
  /** Copies requests to the canary; users get the primary's answers. */
  mirror?: boolean
  /** Percentage of requests copied; 0 leaves it to the mesh. */
  mirrorWeight?: number
  /** Percentage of primary pods that must be available. Default is 100. */
  primaryReadyThreshold?: number
  /** Percentage of canary pods that must be available. Default is 100. */
  canaryReadyThreshold?: number
  /** Time between the canary becoming ready and the first metric check, such as 30s. */
  delay?: string
  /** Settings of the canary that are changed step by step or differ from the primary's. */
  canaryAnalysis?: CanaryAnalysis
  /** Requests that reach the canary in A/B testing; one of the conditions is enough. */
  match?: AnalysisMatch[]
  /**
   * Compares canary and primary by counts, with declared error rates over all looks, in place of
   * the ranges of request-success-rate and of metrics with counts. {} is all defaults.
   */
  judge?: JudgeSettings
  /** Metric checks; all of them must pass. */
  metrics?: Metric[]
  /** Calls to other services during a run. */
  webhooks?: Webhook[]
  /** Alert providers of this Canary, instead of the controller's global one. */
  alerts?: AlertRef[]
  /** Keeps a user on the version first seen, by cookie (Istio, Gateway API). */
  sessionAffinity?: SessionAffinity
}

export interface CanaryAnalysis {
  /** Percentage added to mirrorWeight after each passed check. */
  stepWeightPromotion?: number
  /** Largest mirrored percentage. Default is 100. */
  maxMirrorWeight?: number
  /** Pod settings of the canary only; they never reach the primary. */
  templateVariables?: CanaryPodSettings
}

export interface CanaryPodSettings {
  /**
   * Labels of the canary pods, beside their own; those that the target selects its pods by stay.
   */
  labels?: Record<string, string>
  /** Replaces the node selector of the canary pods. */
  nodeSelector?: Record<string, string>
  /** Replaces the tolerations of the canary pods. */
  tolerations?: Toleration[]
}

export interface Toleration {
  key?: string
  operator?: 'Exists' | 'Equal' | 'Lt' | 'Gt'
  value?: string
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
  tolerationSeconds?: number
}

export interface AnalysisMatch {
  headers?: Record<string, StringMatch>
  queryParams?: Record<string, StringMatch>
  sourceLabels?: Record<string, string>
}

export interface JudgeSettings {
  /**
   * Enforce, the default, decides; Shadow only notes what it would have done; Off is as if there
   * were no judge.
   */
  mode?: 'Enforce' | 'Shadow' | 'Off'
  /**
   * A canary that fails this many times as often as the primary must not be promoted. Default is 2.
   */
  ratio?: number
  /** Failure rate, in percent, below which nothing is ever rolled back. Default is 0.1. */
  ignoreBelow?: number
  /**
   * The share of requests that request-duration's thresholdRange speaks of; of 0.99, one in a
   * hundred may take longer. Default is 0.99.
   */
  quantile?: number
  /** Most often, in percent, that a healthy canary is rolled back. Default is 1. */
  falseRollback?: number
  /**
   * Most often, in percent, that a canary which is worse by the ratio is promoted. Default is 5.
   */
  missed?: number
  /**
   * What a promotion must prove, the ratio and the objective (thresholdRange), or the objective
   * alone. Default is Ratio.
   */
  require?: 'Ratio' | 'Objective'
  /** What the canary is held against. Default is Primary. */
  compareTo?: 'Primary' | 'Objective'
  /**
   * Time between looks, from 10s to the interval of the analysis, which is the default. Weights
   * move once per interval of the analysis all the same.
   */
  interval?: string
  /** Looks begin so long after the first traffic, and the weight stays meanwhile. Default is 0s. */
  warmup?: string
  /** How late samples arrive in the metrics server, such as 30s. Default is 0s, at most 10m. */
  delay?: string
  /** How long a run is judged at most. Default is the larger of 1h and three times the schedule. */
  limit?: string
  /**
   * What happens at the limit. Hold, the default, waits for a person; Promote only if the objective
   * is proven and nothing points to harm.
   */
  onInconclusive?: 'Hold' | 'Promote' | 'Rollback'
  /**
   * What happens when the primary fails far more often than usual. Hold, the default, learns
   * nothing and waits; Rollback goes back after three such looks in a row.
   */
  onIncident?: 'Hold' | 'Rollback'
  /**
   * Skip goes to the promotion as soon as all is proven, after three looks at least. Keep, the
   * default, takes every step.
   */
  steps?: 'Keep' | 'Skip'
  /**
   * A canary that has passed is looked at so long before it is promoted. Default is 0s, at most
   * 24h.
   */
  soak?: string
  /**
   * Failures that count as one, since clients retry; 1 where failures are independent. Unless told,
   * the primary's history says it, and 3 where that is too short.
   */
  cluster?: number
  /**
   * How far back the primary's failures are read at the start of a run. Default is 6h, at most
   * 168h; 0s reads nothing.
   */
  history?: string
}

export interface Metric {
  /** request-success-rate and request-duration are built in; others need templateRef or query. */
  name: string
  /** Window of the query. Default is 1m. */
  interval?: string
  /**
   * Deprecated, use thresholdRange. Minimum of request-success-rate, maximum of any other metric.
   */
  threshold?: number
  /** Accepted values, bounds included. */
  thresholdRange?: ThresholdRange
  /** Inline Prometheus query. A MetricTemplate does the same and can be shared. */
  query?: string
  /** The MetricTemplate to query. */
  templateRef?: TemplateRef
  /**
   * What no value means. fail, the default, is a failed check; hold neither counts nor leads on,
   * and is asked again; pass is a check that passed.
   */
  noData?: 'fail' | 'hold' | 'pass'
  /**
   * While there were fewer requests in the window, the check neither counts nor leads on, whatever
   * its value is. Built-in metrics count their requests, and providers that answer with counts;
   * others need requestsQuery.
   */
  minRequests?: number
  /**
   * Query for the number of requests in the window, put to the same server as the query of the
   * metric, with the same variables.
   */
  requestsQuery?: string
  /**
   * Counters in Prometheus by which the judge compares the versions, as selectors such as
   * errors_total{pod=~"{{ target }}-[^-]+-[^-]+"}. For the primary {{ target }} is its workload, {{
   * service }} its Service.
   */
  counts?: CountSelectors
  /** What the judge does otherwise for this metric. */
  judge?: MetricJudge
  /** Values of variables in the query. */
  templateVariables?: Record<string, string>
}

export interface ThresholdRange {
  min?: number
  max?: number
}

export interface TemplateRef {
  name: string
  namespace?: string
}

export interface CountSelectors {
  bad: string
  all: string
  /**
   * The MetricTemplate whose server is asked, of type prometheus, influxdb or webhook. For the last
   * two bad and all are queries that count from {{ from }} to {{ to }}, in Unix seconds.
   */
  templateRef?: TemplateRef
}

export interface MetricJudge {
  mode?: 'Enforce' | 'Shadow' | 'Off'
  ratio?: number
  ignoreBelow?: number
  compareTo?: 'Primary' | 'Objective'
  quantile?: number
}

export interface Webhook {
  name: string
  /** When the hook is called. Default is rollout, at each check. */
  type?: WebhookType
  /**
   * Address of the hook. Of a gate it may be empty; then the annotation flagger.app/gate.NAME opens
   * it.
   */
  url: string
  /** Time limit of one attempt. Default is 10s. */
  timeout?: string
  /** Further attempts after a failed one; at most 10 are made. */
  retries?: number
  /** Sends no alert while this gate waits for approval. */
  muteAlert?: boolean
  /** Skips the verification of the server's certificate. */
  disableTLS?: boolean
  /**
   * For type rollback. poll (default) asks at each check, and a 2xx answer rolls back; onRollback
   * is called once when a rollback happens.
   */
  call?: 'poll' | 'onRollback'
  /** Secret of this namespace, of type Opaque, whose entry token is sent as bearer token. */
  secretRef?: SecretRef
  /**
   * Sent with the call. The keys method and body replace method and body of the request, unless
   * there is a key cmd or type, as for Flagger's load tester.
   */
  metadata?: Record<string, string>
}

export type WebhookType =
  | ''
  | 'confirm-rollout'
  | 'pre-rollout'
  | 'rollout'
  | 'confirm-promotion'
  | 'post-rollout'
  | 'event'
  | 'rollback'
  | 'confirm-traffic-increase'

export interface SecretRef {
  name: string
}

export interface AlertRef {
  name: string
  /** The least severe alert to send. Default is info. */
  severity?: Severity
  /** The AlertProvider to send to. */
  providerRef: ProviderRef
}

export type Severity = '' | 'info' | 'warn' | 'error'

export interface ProviderRef {
  name: string
  namespace?: string
}

export interface SessionAffinity {
  /** Cookie of users who reached the canary. */
  cookieName: string
  /** Cookie of users who reached the primary; without it they are not kept there. */
  primaryCookieName?: string
  /** Lifetime of the cookie in seconds. */
  maxAge?: number
  domain?: string
  path?: string
  httpOnly?: boolean
  secure?: boolean
  partitioned?: boolean
  sameSite?: 'Strict' | 'Lax' | 'None'
}

export interface CanaryStatus {
  phase?: Phase
  /** Failed checks of the current or last run. */
  failedChecks?: number
  /** Percentage of traffic on the canary. */
  canaryWeight?: number
  /** Checks done by A/B testing and blue/green. */
  iterations?: number
  /** Checksums of the ConfigMaps and Secrets in use, by kind and name. */
  trackedConfigs?: Record<string, string>
  /** The same at the last promotion. */
  promotedConfigs?: Record<string, string>
  /** The size that the target asks for, and what became of one that it was given at rest. */
  askedReplicas?: AskedReplicas
  /** Hash of the last seen target. */
  lastAppliedSpec?: string
  /** Hash of the last promoted target. */
  lastPromotedSpec?: string
  /**
   * After a change from Flagger, until something is promoted. lastAppliedSpec, lastPromotedSpec and
   * trackedConfigs are still those that it wrote, for the way back, and these are what they are to
   * this controller.
   */
  revisions?: Revisions
  /**
   * The provider, Service, Ingress and autoscaler for which objects were made. What was made for
   * others is removed.
   */
  servedBy?: ServedBy
  /**
   * The same for each one for which objects are being made, until those that were made before are
   * removed.
   */
  servedNext?: ServedBy[]
  /** Hash of the primary as this controller last wrote it. */
  primaryHash?: string
  lastTransitionTime?: string
  sessionAffinityCookie?: string
  previousSessionAffinityCookie?: string
  primarySessionAffinityCookie?: string
  /** Generation of the Canary that this status speaks of. */
  observedGeneration?: number
  /** Name and version of the controller that wrote this status. */
  controller?: string
  /** What that controller was told by its flags, as far as it matters to who reads this object. */
  controllerSettings?: ControllerSettings
  /** The next run is promoted without checks, once. */
  skipAnalysisOnce?: boolean
  /**
   * A run waits for its turn, since so many are under way as the controller is to have at a time.
   */
  queued?: Queued
  /** Alerts on their way, and the threads of the run that they are in. */
  alerting?: AlertingStatus
  /** A difference between target and primary does not start a run. */
  holdRun?: boolean
  /** The current run, or the last one. */
  canaryAnalysis?: RunStatus
  /** The last runs, newest first. */
  history?: RunRecord[]
  /** The last answer to each verb that was requested by annotation. */
  requests?: Record<string, RequestAnswer>
  /** Requests that are not taken twice, newest first. */
  handledRequestIds?: string[]
  /** Promoted, and what keeps the controller from working. */
  conditions?: Condition[]
}

export type Phase =
  | ''
  | 'Initializing'
  | 'Initialized'
  | 'Waiting'
  | 'Progressing'
  | 'WaitingPromotion'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed'
  | 'Terminating'
  | 'Terminated'

export interface AskedReplicas {
  /** The last number that counts as known; another one is a wish. */
  count?: number
  /** The number that was told of last. */
  told?: number
  at?: string
  /** What was told, and what to do. */
  message?: string
}

export interface Revisions {
  applied?: string
  promoted?: string
  configs?: Record<string, string>
  /** The lastAppliedSpec that they stand beside. Beside another one they count for nothing. */
  beside?: string
}

export interface ServedBy {
  provider?: string
  service?: string
  ingress?: string
  ingresses?: string[]
  httpRoutes?: string[]
  route?: string
  autoscaler?: Autoscaler
}

export interface Autoscaler {
  kind?: string
  name?: string
}

export interface ControllerSettings {
  /** Provider of canaries whose spec names none. */
  provider?: string
  /** Prefix of the annotations that route on an Ingress. */
  ingressAnnotationsPrefix?: string
  /** Labels that may select pods, in order of preference. */
  selectorLabels?: string[]
  /** Prefixes of labels and annotations that primaries get. */
  includeLabelPrefixes?: string[]
  /** Shortest analysis interval, where it is not 10s. */
  minimumInterval?: string
  /** Namespace and name of the lease that tells whether a controller lives. */
  lease?: string
  /** The routing objects are in another cluster. */
  routesElsewhere?: boolean
  /**
   * MetricTemplates and AlertProviders of other namespaces are used only where their annotation
   * flagger.app/shared-with consents.
   */
  requireSharedWith?: boolean
}

export interface Queued {
  since: string
  reason: string
}

export interface AlertingStatus {
  /** Decided, and not yet told to everybody who is to hear. */
  unsent?: UnsentAlert[]
  /** Where the alerts of a run are, in services that have threads. */
  threads?: AlertThread[]
}

export interface UnsentAlert {
  /** When it was decided, and a number. */
  id: string
  occasion: 'started' | 'waiting' | 'failed' | 'succeeded' | 'ended'
  severity: 'info' | 'warn' | 'error'
  message: string
  /** With the fields that describe the canary. */
  fields?: boolean
  gate?: string
  run?: number
  /** Receivers that have heard of it. */
  told?: string[]
}

export interface AlertThread {
  receiver: string
  run: number
  channel: string
  id: string
}

export interface RunStatus {
  /** Number of the run, counted from 1. */
  runId?: number
  /** Hash of the target that is being released. */
  revision?: string
  startedAt?: string
  /** When the canary first became ready in this run. */
  canaryReadyAt?: string
  /** Since when the routes that were written are not in force. */
  routePendingSince?: string
  /** Failed checks since the last that passed. */
  failedInRow?: number
  /** When the next check is due. */
  nextTickAt?: string
  /** Percentage of traffic on the canary, in every strategy. */
  weight?: number
  /** Percentage that the run began with, because no pod of the primary served. */
  keptWeight?: number
  /** Whether requests are copied to the canary. */
  mirrored?: boolean
  /** Percentage of requests copied; 0 leaves it to the mesh. */
  mirrorWeight?: number
  /** Steps done. */
  step?: number
  /** Steps in all. */
  steps?: number
  /** Images that the run changes, by container. */
  images?: Images[]
  /** How this run moves traffic; another one in the spec starts it anew. */
  strategy?: 'canary' | 'ab-testing' | 'blue-green'
  /** The pre-rollout hooks passed and are not called again in this run. */
  preRolloutPassed?: boolean
  /** What the run waits for, or why it ended. */
  reason?: string
  /** The gate that the run waits at. */
  gate?: Gate
  /** Since when a canary that has passed is looked at before its promotion. */
  soakingSince?: string
  /** Who holds the run, and until when. */
  paused?: Pause
  /** What the judge has seen in this run, and what it makes of it. */
  judge?: JudgeStatus
  /** The last result of each metric and hook. */
  checks?: CheckResult[]
}

export interface Images {
  container: string
  from?: string
  to?: string
}

export interface Gate {
  type: GateType
  name: string
  since: string
  /** What its hook answered last, or why it can't be asked. */
  reason?: string
  /** The hook can't be asked; it won't open by itself. */
  broken?: boolean
  /** Until then its hook is not asked, as its answer said by Retry-After. */
  askAgainAt?: string
}

export type GateType = 'confirm-rollout' | 'confirm-traffic-increase' | 'confirm-promotion'

export interface Pause {
  since: string
  by?: string
  reason?: string
  until?: string
}

export interface JudgeStatus {
  /** Of the formulas. */
  version: number
  startedAt: string
  /** Until when requests have been counted. */
  lastLook: string
  verdict: JudgeWord
  /** Why it is inconclusive. */
  reason?: JudgeReason
  /** The verdict moves nothing. */
  shadow?: boolean
  /** Since when the run would have been rolled back, had the judge not been in the shadow. */
  wouldRollBackAt?: string
  /** The same in words. */
  why?: string
  /** The rules of this run; rates in percent. */
  plan: JudgePlan
  metrics?: JudgedMetric[]
}

export type JudgeWord = 'Pass' | 'Fail' | 'Inconclusive'

export type JudgeReason = 'NeedsData' | 'Caution' | 'Incident' | 'NoData' | 'Limit'

export interface JudgePlan {
  ratio: number
  ignoreBelow: number
  falseRollback: number
  missed: number
  scheduledLooks: number
  plannedLooks: number
  require?: 'Ratio' | 'Objective'
  compareTo?: 'Primary' | 'Objective'
}

export interface JudgedMetric {
  name: string
  /** Milliseconds; requests that take longer count as failures. */
  bound?: number
  /** Why it is not judged in this run, and its range decides. */
  ranged?: string
  /** It moves nothing. */
  shadow?: boolean
  /** The rules of this metric, where they are not those of the run. */
  rules?: JudgeRules
  /** Failure rate that the range allows, in percent. */
  objective?: number
  /** Failures that count as one. */
  cluster?: number
  /** Swings of one version's rate beyond that, as the square of their share, per look. */
  noise?: number
  /** The primary's failure rate when nothing is wrong, in percent. */
  usual?: number
  /**
   * Where cluster, noise and usual come from; two halves of the primary's instances, one in time, a
   * careful guess, or the Canary.
   */
  from?: 'Instances' | 'Time' | 'Prior' | 'Setting'
  /** Evidence that the canary is worse; for people, computed from the looks. */
  harm?: number
  /** Evidence that it is not worse by the ratio; for people. */
  safety?: number
  /** Evidence that it keeps within its range; for people. */
  kept?: number
  /** How many times as often the canary fails, likeliest and in 95 percent. */
  ratio?: RatioInterval
  canary?: RequestCount
  primary?: RequestCount
  /** The evidence of older looks. */
  checkpoint?: string
  /** Seconds, and failures of requests at canary and primary, such as 60:3/300,28/5700. */
  looks: string
}

export interface JudgeRules {
  ratio?: number
  ignoreBelow?: number
  require?: 'Ratio' | 'Objective'
  compareTo?: 'Primary' | 'Objective'
}

export interface RatioInterval {
  estimate: number
  low: number
  high: number
}

export interface RequestCount {
  bad: number
  all: number
}

export interface CheckResult {
  name: string
  kind: 'metric' | 'webhook'
  /** The last result passed. */
  ok: boolean
  /** Times it failed in this run. */
  failed: number
  value?: number
  unit?: string
  min?: number
  max?: number
  /** Window of the query. */
  window?: string
  at?: string
  /** Why there is no value, or what the hook answered. */
  error?: string
  /** The query as it was sent. */
  query?: string
}

export interface RunRecord {
  /** Number of the run, counted from 1. */
  id: number
  revision?: string
  /** What the judge saw in this run; the last three keep it. */
  judge?: JudgeStatus
  /** Images that the run changes, by container. */
  images?: ImageChange[]
  result: RunResult
  reason?: string
  startedAt?: string
  endedAt?: string
  failedChecks?: number
  /** Highest percentage of traffic that the canary had. */
  weight?: number
  /** Who ended the run, if a person did. */
  by?: string
  /** Metrics and hooks that failed in the run, with their last result. */
  checks?: FailedCheck[]
  /** The progress deadline that passed while pods did not become ready. */
  deadlineSeconds?: number
  /** What kept the pods from becoming ready, one for each reason. */
  pods?: PodTrouble[]
  /** Requests that the run was given. */
  requests?: RunRequest[]
}

export interface ImageChange {
  container: string
  from?: string
  to?: string
}

export type RunResult = 'Succeeded' | 'Failed' | 'Skipped' | 'Aborted' | 'Restarted'

export interface FailedCheck {
  name: string
  kind: 'metric' | 'webhook'
  /** The last result passed. */
  ok: boolean
  /** Times it failed in the run. */
  failed: number
  value?: number
  unit?: string
  min?: number
  max?: number
  window?: string
  at?: string
  /** Why there is no value, or what the hook answered. */
  error?: string
}

export interface PodTrouble {
  name: string
  reason: string
  message?: string
}

export interface RunRequest {
  verb: string
  by?: string
  result: string
  at?: string
  reason?: string
}

export interface RequestAnswer {
  id?: string
  result: RequestResult
  message?: string
  at?: string
  by?: string
  reason?: string
}

export type RequestResult =
  | 'accepted'
  | 'done'
  | 'unchanged'
  | 'rejected'
  | 'superseded'
  | 'expired'

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message?: string
  observedGeneration?: number
  lastUpdateTime?: string
  lastTransitionTime?: string
}

/** MetricTemplate is a query that the metric checks of Canaries refer to. */
export interface MetricTemplateResource extends KubeObject {
  apiVersion: 'flagger.app/v1beta1'
  kind: 'MetricTemplate'
  /** Where and what to query. */
  spec: MetricTemplateSpec
}

export interface MetricTemplateSpec {
  /** The metrics server. */
  provider: MetricTemplateProvider
  /**
   * Query template. Variables are name, namespace, target, service, ingress, route, interval and
   * variables.
   */
  query: string
}

export interface MetricTemplateProvider {
  /** Kind of the server. A check by a kind that this release does not have fails. */
  type: MetricProviderType
  /** Base URL of the server. */
  address?: string
  /** Headers added to each request. */
  headers?: Record<string, string[]>
  /** Secret with the credentials, in the namespace of the template. */
  secretRef?: SecretRef
  /** Region of the cloud service. */
  region?: string
  /** Skips the verification of the server's certificate. */
  insecureSkipVerify?: boolean
  /**
   * Of the type prometheus. Requests are signed for AWS (sigv4, in region) or carry a token of
   * Google. Credentials come from the Secret, or else from the controller's own surroundings.
   */
  auth?: 'sigv4' | 'google'
  /** Of the types datadog (v1 by default) and influxdb (v2 by default), which have two. */
  apiVersion?: 'v1' | 'v2'
  /** Of the type stackdriver. mql by default. */
  language?: 'mql' | 'promql'
  /**
   * Of the type webhook. With GET the query follows the address, with POST it is the body. GET by
   * default.
   */
  method?: 'GET' | 'POST'
  /**
   * Of the type webhook. Where the JSON of the answer has the value, such as data.items[0].rate. By
   * default the member value, or the whole answer.
   */
  valuePath?: string
  /**
   * Of the type webhook. Where the answer has two numbers whose share, in percent, is the value.
   */
  counts?: CountPaths
}

export type MetricProviderType =
  | 'prometheus'
  | 'influxdb'
  | 'datadog'
  | 'externalmetrics'
  | 'stackdriver'
  | 'cloudwatch'
  | 'newrelic'
  | 'graphite'
  | 'dynatrace'
  | 'keptn'
  | 'splunk'
  | 'webhook'

export interface CountPaths {
  /** Path to the number of what failed. */
  bad: string
  /** Path to the number of all. */
  all: string
}

/** AlertProvider is a chat channel or service that alerts of Canaries go to. */
export interface AlertProviderResource extends KubeObject {
  apiVersion: 'flagger.app/v1beta1'
  kind: 'AlertProvider'
  /** Where and how to send. */
  spec: AlertProviderSpec
}

export interface AlertProviderSpec {
  /** The service; webhook is any HTTP endpoint that takes JSON. */
  type: AlertProviderType
  /** Channel to post to. Default is general. */
  channel?: string
  /** Name to post as. Default is flagger. */
  username?: string
  /** URL to post to. The key address of the secret wins. */
  address?: string
  /** URL of the HTTP proxy in between. */
  proxy?: string
  /** Secret in the namespace of the provider, with the keys address and, where needed, token. */
  secretRef?: SecretRef
  /**
   * Text of the message, as a Go template with .Status, .Name, .Namespace, .Metadata and
   * .CanaryAnalysis.Iterations.
   */
  messageTemplate?: string
}

export type AlertProviderType =
  | 'slack'
  | 'msteams'
  | 'discord'
  | 'rocket'
  | 'gchat'
  | 'opsgenie'
  | 'pagerduty'
  | 'webhook'

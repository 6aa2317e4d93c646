/** What the definitions of Flagger 1.44 accept, in its order: history, which no new folder edits. */
export const flagger = {
  providers: [
    ...['apisix', 'appmesh', 'appmesh:v1beta2', 'contour', 'gatewayapi:v1', 'gatewayapi:v1beta1'],
    ...['gloo', 'istio', 'knative', 'kubernetes', 'kuma', 'linkerd', 'nginx', 'osm', 'skipper'],
    ...['smi:v1alpha1', 'smi:v1alpha2', 'smi:v1alpha3', 'traefik'],
  ],
  targets: [
    { apiVersion: 'apps/v1', kind: 'DaemonSet' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'v1', kind: 'Service' },
    { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
  ],
  autoscalers: ['HorizontalPodAutoscaler', 'ScaledObject'],
  metrics: [
    ...['prometheus', 'influxdb', 'datadog', 'externalmetrics', 'stackdriver', 'cloudwatch'],
    ...['newrelic', 'graphite', 'dynatrace', 'keptn', 'splunk'],
  ],
  alerts: ['slack', 'msteams', 'discord', 'rocket', 'gchat'],
} as const

/** Accepted before its folder is there: a check by it fails, and says so. */
export const promised = { metrics: ['webhook'] } as const

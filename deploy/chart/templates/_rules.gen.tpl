{{- /* From the registries in src/ by `npm run generate`; not to be edited. */ -}}
{{- define "flagger.providers" -}}alb,apisix,appmesh,contour,custom,gatewayapi,gloo,istio,knative,kubernetes,kuma,linkerd,nginx,osm,skipper,smi,traefik{{- end -}}

{{- define "flagger.rules" -}}
- apiGroups: [""]
  resources: [configmaps, secrets, services]
  verbs: [get, list, watch, create, update]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [apisix.apache.org]
  resources: [apisixroutes]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [appmesh.k8s.aws]
  resources: [virtualnodes, virtualrouters, virtualservices]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [apps]
  resources: [daemonsets, deployments, statefulsets]
  verbs: [get, list, watch, create, update]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [external.metrics.k8s.io]
  resources: ["*"]
  verbs: [list]
- apiGroups: [flagger.app]
  resources: [alertproviders, metrictemplates]
  verbs: [get, list, watch]
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [get, list, watch, patch]
- apiGroups: [flagger.app]
  resources: [canaries/finalizers, canaries/status]
  verbs: [update]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [gateway.solo.io]
  resources: [routetables]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [gloo.solo.io]
  resources: [upstreams]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [kuma.io]
  resources: [trafficroutes]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [metrics.keptn.sh]
  resources: [analyses]
  verbs: [get, create, delete]
- apiGroups: [metrics.keptn.sh]
  resources: [keptnmetrics]
  verbs: [get]
- apiGroups: [networking.istio.io]
  resources: [destinationrules, virtualservices]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [networking.istio.io]
  resources: [gateways]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, update, delete]
- apiGroups: [projectcontour.io]
  resources: [httpproxies]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [serving.knative.dev]
  resources: [revisions]
  verbs: [get, list, watch]
- apiGroups: [serving.knative.dev]
  resources: [services]
  verbs: [get, list, watch, update]
- apiGroups: [split.smi-spec.io]
  resources: [trafficsplits]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [traefik.io]
  resources: [traefikservices]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.commonRules" -}}
- apiGroups: [""]
  resources: [configmaps, secrets, services]
  verbs: [get, list, watch, create, update]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [apps]
  resources: [daemonsets, deployments, statefulsets]
  verbs: [get, list, watch, create, update]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [external.metrics.k8s.io]
  resources: ["*"]
  verbs: [list]
- apiGroups: [flagger.app]
  resources: [alertproviders, metrictemplates]
  verbs: [get, list, watch]
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [get, list, watch, patch]
- apiGroups: [flagger.app]
  resources: [canaries/finalizers, canaries/status]
  verbs: [update]
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [metrics.keptn.sh]
  resources: [analyses]
  verbs: [get, create, delete]
- apiGroups: [metrics.keptn.sh]
  resources: [keptnmetrics]
  verbs: [get]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, update, delete]
- apiGroups: [serving.knative.dev]
  resources: [revisions]
  verbs: [get, list, watch]
- apiGroups: [serving.knative.dev]
  resources: [services]
  verbs: [get, list, watch, update]
{{- end -}}

{{- define "flagger.rulesOf.alb" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, update]
{{- end -}}

{{- define "flagger.rulesOf.apisix" -}}
- apiGroups: [apisix.apache.org]
  resources: [apisixroutes]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.appmesh" -}}
- apiGroups: [appmesh.k8s.aws]
  resources: [virtualnodes, virtualrouters, virtualservices]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.contour" -}}
- apiGroups: [projectcontour.io]
  resources: [httpproxies]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.custom" -}}
[]
{{- end -}}

{{- define "flagger.rulesOf.gatewayapi" -}}
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.gloo" -}}
- apiGroups: [gateway.solo.io]
  resources: [routetables]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [gloo.solo.io]
  resources: [upstreams]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.istio" -}}
- apiGroups: [networking.istio.io]
  resources: [destinationrules, virtualservices]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [networking.istio.io]
  resources: [gateways]
  verbs: [get, list, watch]
{{- end -}}

{{- define "flagger.rulesOf.knative" -}}
- apiGroups: [serving.knative.dev]
  resources: [services]
  verbs: [get, list, watch, update]
{{- end -}}

{{- define "flagger.rulesOf.kubernetes" -}}
[]
{{- end -}}

{{- define "flagger.rulesOf.kuma" -}}
- apiGroups: [kuma.io]
  resources: [trafficroutes]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.linkerd" -}}
- apiGroups: [split.smi-spec.io]
  resources: [trafficsplits]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.nginx" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.osm" -}}
- apiGroups: [split.smi-spec.io]
  resources: [trafficsplits]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.skipper" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.smi" -}}
- apiGroups: [split.smi-spec.io]
  resources: [trafficsplits]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.rulesOf.traefik" -}}
- apiGroups: [traefik.io]
  resources: [traefikservices]
  verbs: [get, list, watch, create, update, delete]
{{- end -}}

{{- define "flagger.electionRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [flagger-leader-election]
  verbs: [get, update]
{{- end -}}

{{- define "flagger.viewRules" -}}
- apiGroups: [""]
  resources: [events, pods, services]
  verbs: [get, list, watch]
- apiGroups: [apisix.apache.org]
  resources: [apisixroutes]
  verbs: [get, list, watch]
- apiGroups: [appmesh.k8s.aws]
  resources: [virtualnodes, virtualrouters, virtualservices]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [daemonsets, deployments, replicasets, statefulsets]
  verbs: [get, list, watch]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch]
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, httproutes]
  verbs: [get, list, watch]
- apiGroups: [gateway.solo.io]
  resources: [routetables]
  verbs: [get, list, watch]
- apiGroups: [gloo.solo.io]
  resources: [upstreams]
  verbs: [get, list, watch]
- apiGroups: [keda.sh]
  resources: [scaledobjects]
  verbs: [get, list, watch]
- apiGroups: [kuma.io]
  resources: [trafficroutes]
  verbs: [get, list, watch]
- apiGroups: [networking.istio.io]
  resources: [destinationrules, gateways, virtualservices]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [projectcontour.io]
  resources: [httpproxies]
  verbs: [get, list, watch]
- apiGroups: [serving.knative.dev]
  resources: [revisions, services]
  verbs: [get, list, watch]
- apiGroups: [split.smi-spec.io]
  resources: [trafficsplits]
  verbs: [get, list, watch]
- apiGroups: [traefik.io]
  resources: [traefikservices]
  verbs: [get, list, watch]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get]
  resourceNames: [flagger-leader-election]
{{- end -}}

{{- define "flagger.operateRules" -}}
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [patch]
{{- end -}}

{{- define "flagger.authorRules" -}}
- apiGroups: [flagger.app]
  resources: [alertproviders, canaries, metrictemplates]
  verbs: [get, list, watch, create, update, patch, delete]
{{- end -}}

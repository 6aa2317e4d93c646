{{- define "flagger.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "flagger.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "flagger.selectorLabels" -}}
app.kubernetes.io/name: {{ include "flagger.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "flagger.labels" -}}
{{ include "flagger.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "flagger.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "flagger.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* Where the lease of the election is: with a namespace of its own, the controller takes that. */ -}}
{{- define "flagger.leaseNamespace" -}}
{{- default .Release.Namespace .Values.namespace -}}
{{- end -}}

{{- define "flagger.metricsServer" -}}
{{- if .Values.prometheus.install -}}
http://{{ include "flagger.fullname" . }}-prometheus:9090
{{- else -}}
{{- .Values.metricsServer -}}
{{- end -}}
{{- end -}}

{{- /* Addresses that are secrets, by environment variable; what `env` sets goes before them. */ -}}
{{- define "flagger.secrets" -}}
{{- $slackProxy := .Values.slack.proxyUrl | default .Values.slack.proxy -}}
{{- $all := dict "SLACK_URL" .Values.slack.url "SLACK_PROXY_URL" $slackProxy "MSTEAMS_URL" .Values.msteams.url "MSTEAMS_PROXY_URL" .Values.msteams.proxyUrl "EVENT_WEBHOOK_URL" .Values.eventWebhook -}}
{{- range .Values.env -}}
{{- $_ := unset $all .name -}}
{{- end -}}
{{- range $name, $value := $all -}}
{{- if $value }}
{{ $name }}: {{ $value | toString | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Values that contradict each other: one sentence, before anything is changed. */ -}}
{{- define "flagger.checkValues" -}}
{{- $replicas := .Values.leaderElection.replicaCount | int -}}
{{- if and (gt $replicas 1) (not .Values.leaderElection.enabled) -}}
{{- fail (printf "leaderElection.replicaCount is %d and leaderElection.enabled is false, so that several controllers would act on one canary: set leaderElection.enabled=true, or leaderElection.replicaCount=1" $replicas) -}}
{{- end -}}
{{- if and .Values.rbac.create (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create is false and serviceAccount.name is empty, so that the rights would go to the account of every pod in the namespace: set serviceAccount.name, or rbac.create=false" -}}
{{- end -}}
{{- if and .Values.namespace .Values.prometheus.install -}}
{{- fail "prometheus.install reads the nodes and pods of the whole cluster, and namespace asks for rights in one alone: set metricsServer to a Prometheus of yours, or leave namespace empty" -}}
{{- end -}}
{{- $known := splitList "," (include "flagger.providers" .) -}}
{{- range .Values.rbac.providers -}}
{{- if not (has . $known) -}}
{{- fail (printf "rbac.providers has %q, which is none of %s: take it out, or write one of these" . (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- $usual := .Values.meshProvider | toString | splitList ":" | first -}}
{{- if and .Values.rbac.providers .Values.meshProvider (not (has $usual .Values.rbac.providers)) -}}
{{- fail (printf "meshProvider is %s and rbac.providers grants no rights for it: add %s to rbac.providers" .Values.meshProvider $usual) -}}
{{- end -}}
{{- if and .Values.namespace .Values.hostsPolicy.enabled -}}
{{- fail "hostsPolicy.enabled makes a policy for all namespaces, and namespace asks for rights in one alone: let an administrator apply deploy/policies, or leave namespace empty" -}}
{{- end -}}
{{- end -}}

{{- /*
Another controller of all namespaces, found by the rights that it has: who may install one may see
these. A rendering without a cluster finds nothing. What looks after all namespaces already may be
upgraded whatever there is beside it, and a dry run beside another controller is what it is for.
*/ -}}
{{- define "flagger.checkOthers" -}}
{{- $own := include "flagger.fullname" . -}}
{{- $release := .Release.Namespace -}}
{{- $isThere := false -}}
{{- $other := "" -}}
{{- range (lookup "rbac.authorization.k8s.io/v1" "ClusterRoleBinding" "" "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- $isController := or (eq (get $labels "app") "flagger") (eq (get $labels "app.kubernetes.io/name") "flagger") (hasPrefix "flagger-" (get $labels "helm.sh/chart")) -}}
{{- if and $isController (not (hasSuffix "-prometheus" .metadata.name)) -}}
{{- $name := .metadata.name -}}
{{- range .subjects -}}
{{- if and (eq $name $own) (eq .namespace $release) -}}
{{- $isThere = true -}}
{{- else if eq .kind "ServiceAccount" -}}
{{- $other = printf "ClusterRoleBinding %s gives a controller in namespace %s the canaries of all namespaces already, and two undo each other's work: upgrade that one, or remove it first" $name .namespace -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $other (not $isThere) -}}
{{- fail $other -}}
{{- end -}}
{{- end -}}

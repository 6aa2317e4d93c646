/** The defaults of pods and pod templates. */
import { isRecord, type Json, record, records } from '../json.ts'

/** The defaults of a pod template; anything but an object stays as it is. */
export function defaultTemplate(template: unknown): unknown {
  if (!isRecord(template)) return template
  const metadata = record(template.metadata)
  return {
    ...template,
    metadata: { ...metadata },
    spec: defaultPodSpec(record(template.spec), false),
  }
}

/** The defaults of a pod's spec; a pod itself gets more than the template of one. */
export function defaultPodSpec(spec: Json, isPod: boolean): Json {
  const account = spec.serviceAccountName ?? spec.serviceAccount ?? (isPod ? 'default' : undefined)
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...(isPod && {
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
    }),
    ...spec,
    ...(account !== undefined && { serviceAccountName: account, serviceAccount: account }),
    ...(isPod && { tolerations: podTolerations(spec.tolerations) }),
    ...(spec.containers !== undefined && { containers: containers(spec.containers) }),
    ...(spec.initContainers !== undefined && { initContainers: containers(spec.initContainers) }),
    ...(spec.volumes !== undefined && { volumes: records(spec.volumes).map(volume) }),
  }
}

/** Every pod tolerates a lost node for five minutes, unless it says otherwise. */
function podTolerations(given: unknown): Json[] {
  const own = records(given)
  const missing = ['not-ready', 'unreachable']
    .map((state) => `node.kubernetes.io/${state}`)
    .filter((key) => !own.some((toleration) => toleration.key === key))
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }))
  return [...own, ...added]
}

function containers(given: unknown): unknown {
  return Array.isArray(given) ? given.map((one) => (isRecord(one) ? container(one) : one)) : given
}

function container(given: Json): Json {
  const result: Json = {
    imagePullPolicy: pullPolicy(String(given.image ?? '')),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...given,
    resources: resources(given.resources),
  }
  if (given.ports !== undefined)
    result.ports = records(given.ports).map((port) => ({
      ...port,
      protocol: port.protocol ?? 'TCP',
    }))
  if (given.env !== undefined) result.env = records(given.env).map(variable)
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    if (isRecord(given[field])) result[field] = probe(given[field])
  if (isRecord(given.lifecycle)) result.lifecycle = lifecycle(given.lifecycle)
  return result
}

/** Without a tag, or with `latest`, an image may change at any time. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

/** What is limited and not requested is requested up to its limit. */
function resources(given: unknown): Json {
  const { limits, requests, ...rest } = record(given)
  if (!isRecord(limits)) return { ...rest, ...(isRecord(requests) && { requests }) }
  return { ...rest, limits, requests: { ...limits, ...record(requests) } }
}

function variable(given: Json): Json {
  const reference = record(given.valueFrom).fieldRef
  if (!isRecord(reference)) return given
  return { ...given, valueFrom: { fieldRef: { apiVersion: 'v1', ...reference } } }
}

function handler(given: Json): Json {
  if (isRecord(given.httpGet))
    return { ...given, httpGet: { path: '/', scheme: 'HTTP', ...given.httpGet } }
  if (isRecord(given.grpc)) return { ...given, grpc: { service: '', ...given.grpc } }
  return given
}

function probe(given: Json): Json {
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...handler(given),
  }
}

function lifecycle(given: Json): Json {
  const entries = Object.entries(given).map(([key, hook]) => [
    key,
    isRecord(hook) ? handler(hook) : hook,
  ])
  return Object.fromEntries(entries)
}

const modes: Record<string, Json> = {
  configMap: { defaultMode: 420 },
  secret: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  hostPath: { type: '' },
}

function volume(given: Json): Json {
  const sources = Object.entries(given).map(([key, source]) => {
    const defaults = modes[key]
    return [key, defaults && isRecord(source) ? { ...defaults, ...source } : source]
  })
  const result = Object.fromEntries(sources)
  // A volume that names no source is an empty directory.
  return Object.keys(result).length === 1 ? { ...result, emptyDir: {} } : result
}

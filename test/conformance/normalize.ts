import type { KubeObject } from '../../src/objects.ts'

type Fields = Record<string, unknown>

/** Fields that the API server or the clock decides. */
const volatileFields = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
  'lastTransitionTime',
  'lastUpdateTime',
  'clusterIP',
  'clusterIPs',
  'firstTimestamp',
  'lastTimestamp',
  'eventTime',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
])

const volatileAnnotations = [
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'kubectl.kubernetes.io/last-applied-configuration',
]

const volatileServiceFields = ['ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']

/**
 * A function that takes out of objects what differs between two runs of one scenario: versions,
 * times, addresses, and the status of workloads. Hashes become `<hash-n>` in the order in which
 * they appear, so each run needs its own function, called in the order of the objects' versions.
 */
export function normalizer(namespace: string): (object: KubeObject) => Fields {
  const hashes = new Map<unknown, string>()
  const hash = (value: unknown) => {
    if (value === '' || value === undefined || value === null) return value
    if (!hashes.has(value)) hashes.set(value, `<hash-${hashes.size + 1}>`)
    return hashes.get(value)
  }
  return (object) => {
    const copy = structuredClone(object) as unknown as Fields
    if (keepsStatus(object)) hideHashes(copy.status, hash)
    else delete copy.status
    hideAnnotations(copy)
    if (object.kind === 'Service') hideServiceFields(fieldsOf(copy.spec))
    return clean(copy, namespace) as Fields
  }
}

/** Everything but a Canary and a Knative Service gets its status from others. */
function keepsStatus({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Canary' || (kind === 'Service' && apiVersion === 'serving.knative.dev/v1')
}

function hideHashes(value: unknown, hash: (value: unknown) => unknown): void {
  const status = fieldsOf(value)
  for (const field of ['lastAppliedSpec', 'lastPromotedSpec'])
    if (status && field in status) status[field] = hash(status[field])
  const tracked = fieldsOf(status?.trackedConfigs) ?? {}
  for (const name of Object.keys(tracked)) tracked[name] = hash(tracked[name])
}

function hideAnnotations(object: Fields): void {
  const metadata = fieldsOf(object.metadata)
  const template = fieldsOf(fieldsOf(fieldsOf(object.spec)?.template)?.metadata)
  for (const annotations of [metadata?.annotations, template?.annotations].map(fieldsOf)) {
    if (!annotations) continue
    for (const name of volatileAnnotations) delete annotations[name]
    if (annotations['flagger-id']) annotations['flagger-id'] = '<id>'
  }
  if (Object.keys(fieldsOf(metadata?.annotations) ?? { some: true }).length === 0)
    delete metadata?.annotations
}

function hideServiceFields(spec: Fields | undefined): void {
  if (!spec) return
  // The address itself is dropped, but that there is none is what the controller asked for.
  if (spec.clusterIP === 'None') spec.headless = true
  for (const field of volatileServiceFields) delete spec[field]
}

function clean(value: unknown, namespace: string): unknown {
  if (typeof value === 'string')
    return value.replaceAll(namespace, '<ns>').replace(/127\.0\.0\.1:\d+/g, '<stub>')
  if (Array.isArray(value)) return value.map((item) => clean(item, namespace))
  const fields = fieldsOf(value)
  if (!fields) return value
  const kept = Object.entries(fields).filter(([name]) => !volatileFields.has(name))
  return Object.fromEntries(
    kept
      .map(([name, field]): [string, unknown] => [name, clean(field, namespace)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}

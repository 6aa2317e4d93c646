import type { Answer } from './client.ts'

type Fields = Record<string, unknown>

/** Fields whose values no two servers share; that they are there counts. */
const random = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'clusterIP',
  'continue',
  'lastTransitionTime',
])

/** An answer without what differs between two servers, so that the rest can be compared. */
export function normal({ status, body }: Answer, namespace: string): Answer {
  return { status, body: clean(body, namespace) }
}

function clean(value: unknown, namespace: string): unknown {
  if (typeof value === 'string') return anonymous(value, namespace)
  if (Array.isArray(value))
    return value.filter((item) => !isPassingBookmark(item)).map((item) => clean(item, namespace))
  if (typeof value !== 'object' || value === null) return value
  const ignored = isOfController(value) ? ['managedFields', 'status'] : ['managedFields']
  const entries = Object.entries(value).filter(
    ([name, field]) => !ignored.includes(name) && !isLastPage(name, field),
  )
  return Object.fromEntries(
    entries.map(([name, field]) => {
      if (random.has(name) && typeof field === 'string' && field !== '') return [name, '<value>']
      if (name === 'clusterIPs') return [name, ['<value>']]
      return [name, clean(field, namespace)]
    }),
  ) satisfies Fields
}

/** When a server sends these is its own affair; the one that ends the initial events counts. */
function isPassingBookmark(item: unknown): boolean {
  const isBookmark =
    typeof item === 'object' && item !== null && 'type' in item && item.type === 'BOOKMARK'
  return isBookmark && !JSON.stringify(item).includes('k8s.io/initial-events-end')
}

/** Lists of custom resources say it with an empty text, others by saying nothing. */
function isLastPage(name: string, field: unknown): boolean {
  return name === 'continue' && field === ''
}

/** Their controllers write a status at their own pace. */
function isOfController(value: object): boolean {
  const versions: unknown[] = ['apps/v1', 'autoscaling/v2', 'policy/v1']
  return 'apiVersion' in value && versions.includes(value.apiVersion)
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

function anonymous(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, '<ns>')
    .replace(uid, '<uid>')
    .replace(/\(\d+\)/g, '(<version>)')
    .replace(/^(generated-)[a-z0-9]{5}$/, '$1<suffix>')
    .replace(/"generated-[a-z0-9]{5}"/g, '"generated-<suffix>"')
}

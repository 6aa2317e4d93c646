import type { KubeObject } from '../../src/objects.ts'
import { normalizer } from './normalize.ts'
import type { ObjectState, RecordedRequest, TimelineEntry } from './recording.ts'
import type { StubRequest } from './stub.ts'

/** One change that a watch saw. */
export interface Seen {
  kindName: string
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
}

interface EventObject extends KubeObject {
  type: string
  reason: string
  message: string
  count?: number
  involvedObject: { kind: string }
}

/** Turns what the watches saw into the timeline and the distinct states of every object. */
export function compileStates(
  seen: readonly Seen[],
  namespace: string,
): { timeline: TimelineEntry[]; states: Record<string, ObjectState[]> } {
  const normalized = normalizer(namespace)
  const timeline: TimelineEntry[] = []
  const states: Record<string, ObjectState[]> = {}
  for (const { kindName, type, object } of inOrder(seen)) {
    if (kindName === 'Event') {
      if (type !== 'DELETED') timeline.push(...eventEntry(object as EventObject, normalized))
      continue
    }
    if (kindName === 'ConfigMap' && object.metadata.name === 'kube-root-ca.crt') continue
    const id = `${kindName}/${object.metadata.name.replaceAll(namespace, '<ns>')}`
    const state = normalized(object)
    states[id] ??= []
    const list = states[id]
    if (type === 'DELETED') {
      timeline.push({ object: id, deleted: true })
      list.push(null)
    } else if (list.length === 0 || JSON.stringify(list.at(-1)) !== JSON.stringify(state)) {
      list.push(state)
      timeline.push({ object: id, state: list.length - 1 })
    }
  }
  return { timeline, states }
}

/** Every watch has an order of its own; the versions of one server are one order for all. */
function inOrder(seen: readonly Seen[]): Seen[] {
  const version = ({ object }: Seen) => Number(object.metadata.resourceVersion)
  return seen.toSorted((a, b) => version(a) - version(b))
}

function eventEntry(
  event: EventObject,
  normalized: (object: KubeObject) => Record<string, unknown>,
): TimelineEntry[] {
  if (event.involvedObject.kind !== 'Canary') return []
  const text = `${event.type} ${event.reason}: ${normalized(event).message}`
  return [event.count === undefined ? { event: text } : { event: text, count: event.count }]
}

/**
 * Equal requests become one, with how often it was made. Skipper's queries spell the namespace
 * with underscores, which recordings have as `g_<scenario>`.
 */
export function compileRequests(
  requests: readonly StubRequest[],
  run: { scenario: string; namespace: string; stub: string },
): RecordedRequest[] {
  const counted = new Map<string, number>()
  for (const request of requests) {
    const key = JSON.stringify(request)
      .replaceAll(run.namespace, '<ns>')
      .replaceAll(underscored(run.namespace), underscored(`g-${run.scenario}`))
      .replaceAll(run.stub.replace('http://', ''), '<stub>')
    counted.set(key, (counted.get(key) ?? 0) + 1)
  }
  return [...counted].map(([key, times]) => ({ ...(JSON.parse(key) as StubRequest), times }))
}

function underscored(name: string): string {
  return name.replaceAll('-', '_')
}

const cookiePattern = /"(?:primaryS|previousS|s)essionAffinityCookie":"[^"=]*=([^"]+)"/g

/** Random session cookies become `<cookie-n>`, wherever they stand, in order of appearance. */
export function hideCookies<T>(recording: T): T {
  let text = JSON.stringify(recording)
  const cookies = new Set([...text.matchAll(cookiePattern)].map(([, value = '']) => value))
  for (const [i, cookie] of [...cookies].entries())
    text = text.replaceAll(cookie, `<cookie-${i + 1}>`)
  return JSON.parse(text) as T
}

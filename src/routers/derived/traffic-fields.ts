/** Which fields of routing objects decide where users are sent. */
import { InvalidSpecError } from '../../errors.ts'
import { type KubeObject, refKey, refOf } from '../../objects.ts'
import { asFound, type Field } from '../../writes/fields.ts'
import type { Router, RouterContext } from '../router.ts'

/** How a request is served, not by whom. */
const harmless = [
  'timeout',
  'timeouts',
  'timeoutPolicy',
  'retries',
  'retryPolicy',
  'corsPolicy',
  'rewrite',
  'fault',
  'trafficPolicy',
  'exportTo',
]

/**
 * Whether a field of a rendered object, left as it was found, would send users elsewhere: it is
 * one of the rules, or the router would read other routes.
 */
export function movesTraffic(
  { router, context }: { router: Router; context: RouterContext },
  wanted: KubeObject,
  field: Field,
): boolean {
  const [top] = field.path
  if (top === 'spec') return !field.path.some((part) => harmless.includes(String(part)))
  return (
    routesWith({ router, context }, asFound(wanted, [field])) !==
    routesWith({ router, context }, wanted)
  )
}

/**
 * Whether a field of a Service, left to another writer, would lead requests to other pods or
 * ports, or to none; how a port is spoken to is for the mesh.
 */
export function leadsRequests({ path }: Field): boolean {
  const [top, part] = path
  if (top !== 'spec') return false
  return part === 'selector' || part === 'type' || (part === 'ports' && path.at(-1) !== aside)
}

const aside = 'appProtocol'

function routesWith(
  { router, context }: { router: Router; context: RouterContext },
  object: KubeObject,
): string {
  const key = refKey(refOf(object))
  // What is looked up under the reference of this object is of its type.
  const find = <T extends KubeObject>(ref: Parameters<typeof refKey>[0]) =>
    refKey(ref) === key ? (object as T) : context.find<T>(ref)
  try {
    return JSON.stringify(router.routes({ ...context, find }))
  } catch (error) {
    if (error instanceof InvalidSpecError) return error.message
    throw error
  }
}

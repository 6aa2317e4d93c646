/** Skipper: a copy of the user's Ingress that is preferred to it, with weighted backends. */

import type { Canary, Phase } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { isMap, readJson } from '../../json.ts'
import {
  canaryIngressRef,
  type Ingress,
  type IngressPath,
  ingressReads,
  ingressToCopy,
  isBackend,
  renderCopy,
  withBackend,
} from '../ingress.ts'
import { isOwnedBy, lastApplied, type Texts } from '../metadata.ts'
import { originalConfiguration, restoreRoute } from '../original.ts'
import { type Fields, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { routesOf } from '../weighted/weights.ts'
import { disabled, preferred, withPredicate } from './predicates.ts'

const weightsKey = 'zalando.org/backend-weights'
const predicateKey = 'zalando.org/skipper-predicate'

export const skipper: Router = {
  abilities: () => weightsAlone,

  reads: ({ canary }) => ingressReads(canary),

  routes({ canary, find }) {
    const found = find<Ingress>(canaryIngressRef(canary))
    return found && readRoutes(canary, found)
  },

  accepted: () => accepted,

  render(context, routes) {
    const { canary, find } = context
    const found = find<Ingress>(canaryIngressRef(canary))
    const user = ingressToCopy(context, routes, () => found && readRoutes(canary, found))
    if (!user) return found ? [withdrawn(canary, found)] : []
    const copy = renderCopy(context, user, {
      annotations: splitAnnotations(canary, user, found, routes),
      isOurs,
      isCopy: (ingress) => isSplit(canary, ingress),
      pathsOf: (paths) => bothBackends(canary, paths),
    })
    return [copy]
  },

  restore,
}

/** The copy without traffic, and otherwise as it is. */
function withdrawn({ names }: Canary, found: Ingress): Ingress {
  const { [predicateKey]: predicates = '', ...annotations } = found.metadata.annotations ?? {}
  const idle = {
    [weightsKey]: JSON.stringify({ [names.canary]: 0, [names.primary]: 100 }),
    [predicateKey]: withPredicate(predicates, disabled),
  }
  return { ...found, metadata: { ...found.metadata, annotations: { ...annotations, ...idle } } }
}

/**
 * Removes the copy, or gives back what stood in its place before. An Ingress of this name that
 * never took a weight of ours is somebody else's.
 */
function restore(context: RouterContext) {
  const [, ref] = ingressReads(context.canary)
  const found = ref && context.find<Ingress>(ref)
  if (!ref || !found) return { write: [], remove: [] }
  if (!isOwnedBy(found, context.canary) && hasOriginal(found))
    return restoreRoute(context, ref, isOurs)
  const isOurCopy = isOwnedBy(found, context.canary) || isSplit(context.canary, found)
  return { write: [], remove: isOurCopy ? [ref] : [] }
}

/**
 * Whether an Ingress tells what it was before. Flagger's copies have what `kubectl apply` noted on
 * the Ingress that they were copied from: that is not their own.
 */
function hasOriginal({ metadata }: Ingress): boolean {
  const { [originalConfiguration]: original, [lastApplied]: applied } = metadata.annotations ?? {}
  if (original !== undefined || applied === undefined) return original !== undefined
  return record(record(readJson(applied)).metadata).name === metadata.name
}

function splitAnnotations(
  canary: Canary,
  user: Ingress,
  found: Ingress | undefined,
  routes: Routes,
): Texts {
  const { names } = canary
  const others = otherWeights(names.apex, user.metadata.annotations?.[weightsKey])
  const weights = { ...others, [names.canary]: routes.canary, [names.primary]: routes.primary }
  const sorted = Object.entries(weights).sort(([one], [other]) => (one < other ? -1 : 1))
  const predicates = user.metadata.annotations?.[predicateKey] ?? ''
  return {
    [weightsKey]: JSON.stringify(Object.fromEntries(sorted)),
    [predicateKey]: withPredicate(predicates, ownPredicate(canary, found, routes)),
  }
}

/** Weights of other backends, on the scale on which the apex has the hundred of its two halves. */
function otherWeights(apex: string, text: string | undefined): Record<string, number> {
  const { [apex]: own = 0, ...others } = readWeights(text) ?? {}
  const scale = own > 0 ? 100 / own : 1
  return Object.fromEntries(
    Object.entries(others).map(([name, weight]) => [name, Math.round(weight * scale)]),
  )
}

/**
 * An idle copy takes no traffic. The one exception is Flagger's: a new copy takes it all, for the
 * primary, until the first run begins.
 */
function ownPredicate(canary: Canary, found: Ingress | undefined, routes: Routes): string {
  if (routes.canary > 0 || !found || !isSplit(canary, found)) return preferred
  const { annotations = {} } = found.metadata
  const wasIdle = readWeights(annotations[weightsKey])?.[canary.names.canary] === 0
  const wasPreferred = annotations[predicateKey]?.trimStart().startsWith(preferred)
  const isNew = wasIdle && beforeRuns.includes(canary.status.phase ?? '')
  return wasPreferred && isNew ? preferred : disabled
}

const beforeRuns: readonly Phase[] = ['', 'Initializing', 'Initialized']

/** Whether an Ingress has a weight for the canary already: then it is the copy, whoever owns it. */
function isSplit({ names }: Canary, { metadata }: Ingress): boolean {
  return readWeights(metadata.annotations?.[weightsKey])?.[names.canary] !== undefined
}

/** In each rule, the apex becomes the primary, and the canary's paths come last. */
function bothBackends({ names }: Canary, paths: IngressPath[]): IngressPath[] {
  const split = paths.filter((path) => isBackend(path, names.apex))
  return [
    ...paths.map((path) => (split.includes(path) ? withBackend(path, names.primary) : path)),
    ...split.map((path) => withBackend(path, names.canary)),
  ]
}

/** Undefined for an Ingress that has no weights, because it was not taken over yet. */
function readRoutes({ names }: Canary, { metadata }: Ingress): Routes | undefined {
  const text = metadata.annotations?.[weightsKey]
  if (text === undefined) return undefined
  const at = `ingress ${metadata.name}.${metadata.namespace ?? ''} get backendWeights error`
  const remedy = `correct or remove annotation ${weightsKey}`
  const weights = readWeights(text)
  if (!weights) throw new InvalidSpecError(`${at}: not a map of whole numbers; ${remedy}`)
  const { [names.primary]: primary, [names.canary]: canary } = weights
  if (primary === undefined)
    throw new InvalidSpecError(`${at}: could not get weights[${names.primary}]; ${remedy}`)
  if (canary === undefined)
    throw new InvalidSpecError(`${at}: could not get weights[${names.canary}]; ${remedy}`)
  return routesOf(primary, canary, `${at}: all weights are zero; ${remedy}`)
}

/** Undefined unless the text is a JSON object of whole numbers. */
function readWeights(text: string | undefined): Record<string, number> | undefined {
  const weights = text === undefined ? undefined : readJson(text)
  return isMap(weights) && hasWholeNumbers(weights) ? weights : undefined
}

function hasWholeNumbers(map: Fields): map is Record<string, number> {
  return Object.values(map).every((value) => Number.isSafeInteger(value))
}

function isOurs(annotation: string): boolean {
  return annotation === weightsKey || annotation === predicateKey
}

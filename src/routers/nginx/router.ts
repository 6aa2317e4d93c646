/** ingress-nginx: a second Ingress whose annotations take a share of the first one's traffic. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
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
import type { Texts } from '../metadata.ts'
import { restoreRoute } from '../original.ts'
import {
  accepted,
  type Router,
  type RouterContext,
  type RouterSettings,
  type Routes,
} from '../router.ts'
import { routesOf, wholeNumbers } from '../weighted/weights.ts'
import { matchAnnotations } from './match.ts'

export const nginx: Router = {
  abilities: ({ canary }) => ({
    weights: true,
    match: matchAnnotations(canary.analysis.match) !== undefined,
    mirror: false,
    mirrorWeight: false,
    sessionAffinity: false,
    tenths: true,
    backtracks: true,
  }),

  reads: ({ canary }) => ingressReads(canary),

  routes(context) {
    const { canary, find, settings } = context
    const found = find<Ingress>(canaryIngressRef(canary))
    return found && readRoutes(canary, found, keysOf(settings))
  },

  accepted: () => accepted,

  render(context, routes) {
    const { canary, find, settings } = context
    const { names } = canary
    const found = find<Ingress>(canaryIngressRef(canary))
    const keys = keysOf(settings)
    const user = ingressToCopy(context, routes, () => found && readRoutes(canary, found, keys))
    if (!user) return found ? [withdrawn(found, keys)] : []
    const toCanary = (path: IngressPath) =>
      isBackend(path, names.apex) ? withBackend(path, names.canary) : path
    const copy = renderCopy(context, user, {
      annotations: keys.prefixed(canaryAnnotations(canary, routes)),
      isOurs: keys.isOurs,
      isExclusive: true,
      isCopy: (ingress) => isCanary(ingress, keys),
      pathsOf: (paths) => paths.map(toCanary),
    })
    return [copy]
  },

  restore(context: RouterContext) {
    const [, ref] = ingressReads(context.canary)
    if (!ref) return { write: [], remove: [] }
    return restoreRoute(context, ref, keysOf(context.settings).isOurs)
  },

  warnings({ canary, find, settings }) {
    const [ref] = ingressReads(canary)
    const user = ref && find<Ingress>(ref)
    const keys = keysOf(settings)
    if (!user || !isCanary(user, keys)) return []
    return [
      `Ingress ${user.metadata.name} is itself the canary of another one, by its annotation ` +
        `${keys.prefix}, and NGINX takes one canary for a host: its copy gets no requests; name the ` +
        'other one in spec.ingressRef, or remove the annotation',
    ]
  },
}

/** The copy without traffic, and otherwise as it is. */
function withdrawn(found: Ingress, keys: Keys): Ingress {
  const { annotations = {} } = found.metadata
  const others = Object.entries(annotations).filter(([key]) => !keys.isOurs(key))
  const idle = keys.prefixed({ canary: 'true', 'canary-weight': '0' })
  const metadata = { ...found.metadata, annotations: { ...Object.fromEntries(others), ...idle } }
  return { ...found, metadata }
}

/**
 * An idle canary Ingress stays marked as one, with weight 0: without the mark, NGINX refuses two
 * Ingresses for one host and path. Beside steps the conditions let testers in at any weight above
 * 0: NGINX asks header and cookie first, and the weight decides about all others.
 */
function canaryAnnotations({ analysis, strategy, label }: Canary, routes: Routes): Texts {
  const { canary, everybody } = routes
  const weight = wholeNumbers(routes)
  const isFine = weight.canary !== canary
  const weighted = {
    canary: 'true',
    'canary-weight': String(weight.canary),
    ...(isFine && { 'canary-weight-total': '1000' }),
  }
  if (canary === 0 || everybody || analysis.match.length === 0) return weighted
  const match = matchAnnotations(analysis.match)
  if (match) {
    const set = Object.entries(match).filter(([, value]) => value !== '')
    const named = set.map(([key, value]) => [`canary-${key}`, value] as const)
    // In an A/B test a weight beside the conditions would let in others.
    const others = strategy === 'ab-testing' ? { 'canary-weight': '0' } : {}
    return { ...weighted, ...others, ...Object.fromEntries(named) }
  }
  // The analysis runs an A/B test that can't be expressed as blue/green.
  if (strategy === 'ab-testing') return weighted
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider nginx; use one header ` +
      'and the exact name of one cookie, or remove it',
  )
}

/** Conditions are all or nothing in an A/B test; beside steps the weight says how far they are. */
function readRoutes({ analysis, strategy }: Canary, { metadata }: Ingress, keys: Keys): Routes {
  const { annotations = {} } = metadata
  const conditions = keys.prefixed({ 'canary-by-header': '', 'canary-by-cookie': '' })
  const isLimited = Object.keys(conditions).some((key) => annotations[key] !== undefined)
  if (isLimited && strategy === 'ab-testing' && analysis.match.length > 0)
    return { primary: 0, canary: 100, mirrored: false }
  const key = `${keys.prefix}-weight`
  const text = annotations[key] ?? '0'
  const total = Number(annotations[`${key}-total`] ?? 100)
  const problem =
    `ingress ${metadata.name}.${metadata.namespace ?? ''}: failed to convert ${text} to int; ` +
    `set annotation ${key} to a number from 0 to ${total}`
  const weight = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return routesOf(total - weight, weight, problem)
}

interface Keys {
  prefix: string
  isOurs: (annotation: string) => boolean
  prefixed: (annotations: Texts) => Texts
}

/** The annotations of NGINX start with a prefix that its users can choose. */
function keysOf({ ingressAnnotationsPrefix }: RouterSettings): Keys {
  const prefix = `${ingressAnnotationsPrefix}/canary`
  return {
    prefix,
    isOurs: (annotation) => annotation.startsWith(prefix),
    prefixed: (annotations) =>
      Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [
          `${ingressAnnotationsPrefix}/${key}`,
          value,
        ]),
      ),
  }
}

/** An Ingress that NGINX already takes for a canary is none of before the take-over. */
function isCanary({ metadata }: Ingress, { prefix }: Keys): boolean {
  return metadata.annotations?.[prefix] === 'true'
}

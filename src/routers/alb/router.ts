/**
 * AWS Load Balancer Controller: the user's Ingress itself is written, because a second one would be
 * a load balancer of its own. Its paths to the Service lead to an action, which shares the requests;
 * requests of a test meet rules with conditions before.
 */

import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { readJson } from '../../json.ts'
import type { Restoration } from '../../objects.ts'
import {
  byAnnotation,
  canaryIngressRef,
  type Ingress,
  ingressReads,
  ingressToCopy,
} from '../ingress.ts'
import { fluxOff, releasedMetadata, routeMetadata, type Texts, withMaps } from '../metadata.ts'
import { list, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { readSplit } from '../weighted/backends.ts'
import { actionFor, actionToApex, groupsIn, targetGroups } from './actions.ts'
import { actionKey, beforeKey, conditionsKey, isOurs, testName } from './keys.ts'
import { testConditions } from './match.ts'
import { freedPaths, ledPaths, portsOf, testsIn } from './paths.ts'

export const alb: Router = {
  abilities({ canary }) {
    const test = testConditions(canary.analysis.match)
    return { ...weightsAlone, match: test !== undefined && test.length > 0, tenths: true }
  },

  reads: ({ canary }) => ingressReads(canary).slice(0, 1),

  routes({ canary, find }) {
    canaryIngressRef(canary)
    const found = ingressOf(canary, find)
    return found && readRoutes(canary, found)
  },

  accepted: () => accepted,

  render(context, routes) {
    const { canary, find } = context
    const found = ingressOf(canary, find)
    const user = ingressToCopy(context, routes, () => found && readRoutes(canary, found))
    return user ? [rendered(context, user, routes)] : []
  },

  restore,
}

function ingressOf(canary: Canary, find: RouterContext['find']): Ingress | undefined {
  const [ref] = ingressReads(canary)
  return ref && find<Ingress>(ref)
}

/** Where requests of a test are split, those decide: all others are on the primary. */
function readRoutes(canary: Canary, ingress: Ingress): Routes | undefined {
  const { annotations = {}, name, namespace = '' } = ingress.metadata
  const [test] = testsIn(canary, ingress)
  const key = actionKey(test ?? canary.names.apex)
  return readSplit(canary, {
    found: groupsIn(annotations[key]),
    format: targetGroups,
    empty:
      `ingress ${name}.${namespace}: annotation ${key} has no weight for ${canary.names.primary} ` +
      `and ${canary.names.canary}; give one of them a weight`,
  })
}

function rendered(context: RouterContext, user: Ingress, routes: Routes): Ingress {
  const { canary } = context
  const { annotations = {}, name } = user.metadata
  const { apex } = canary.names
  const tests = testsFor(canary, routes)
  const isTest = tests.length > 0
  const action = actionFor(canary, isTest ? toPrimary : routes, annotations[actionKey(apex)])
  const before = annotations[beforeKey(canary)] ?? noted(canary, user)
  const own = list(readJson(annotations[conditionsKey(apex)] ?? ''))
  const ofTests = tests.map((conditions, at): Texts => {
    const test = testName(canary, at)
    return {
      [actionKey(test)]: actionFor(canary, routes, undefined),
      [conditionsKey(test)]: JSON.stringify([...own, ...conditions]),
    }
  })
  const metadata = routeMetadata(context, {
    name,
    found: user,
    annotations: {
      ...fluxOff,
      [actionKey(apex)]: action,
      [beforeKey(canary)]: before,
      ...Object.assign({}, ...ofTests),
    },
    isExclusive: (annotation) => isOurs(canary, annotation),
  })
  const spec = ledPaths(canary, user, tests.length)
  return { ...user, metadata, ...(spec && { spec }) }
}

const toPrimary = { primary: 100, canary: 0 }

/** The analysis runs an A/B test that can't be expressed as blue/green; a weight was meant for some. */
function testsFor({ analysis, strategy, label }: Canary, routes: Routes) {
  if (routes.canary === 0 || routes.everybody || analysis.match.length === 0) return []
  const conditions = testConditions(analysis.match)
  if (conditions) return conditions
  if (strategy === 'ab-testing') return []
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider alb; give each entry ` +
      'one to three headers or queryParams by exact, prefix or suffix, without * and ?, or remove it',
  )
}

/** What the Ingress was before, as text. */
function noted(canary: Canary, user: Ingress): string {
  const action = user.metadata.annotations?.[actionKey(canary.names.apex)]
  return JSON.stringify({ ports: portsOf(canary, user), ...(action !== undefined && { action }) })
}

/** A path that was an action before keeps one: without, the load balancer would refuse it. */
function restore({ canary, find }: RouterContext): Restoration {
  const found = ingressOf(canary, find)
  const text = found?.metadata.annotations?.[beforeKey(canary)]
  if (!found || text === undefined) return { write: [], remove: [] }
  const before = record(readJson(text))
  const ports = list(before.ports)
  const needsAction = ports.some(({ name }) => name === byAnnotation)
  const action = typeof before.action === 'string' ? before.action : undefined
  const key = actionKey(canary.names.apex)
  const ours = Object.keys(found.metadata.annotations ?? {}).filter((one) => isOurs(canary, one))
  const { labels, annotations, ...metadata } = releasedMetadata(found.metadata, ours)
  const kept = action ?? (needsAction ? actionToApex(canary) : undefined)
  const maps = withMaps({
    labels: { ...labels },
    annotations: { ...annotations, ...(kept !== undefined && { [key]: kept }) },
  })
  const spec = freedPaths(canary, found, ports)
  return {
    write: [{ ...found, metadata: { ...metadata, ...maps }, ...(spec && { spec }) }],
    remove: [],
  }
}

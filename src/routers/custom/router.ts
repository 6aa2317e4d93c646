/** Writes the objects of a template, and reads the weight where its ConfigMap says that it is. */

import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { readJson } from '../../json.ts'
import { type Find, type ObjectRef, shownRef } from '../../objects.ts'
import { fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute, together } from '../original.ts'
import { type Fields, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { routesOf } from '../weighted/weights.ts'
import { type Config, configOf, configRef, findConfig } from './config.ts'
import { merged } from './merged.ts'
import { objectsOf, type Templated } from './objects.ts'
import { type Path, valueAt } from './path.ts'

/** Holds what the template made last, to tell what it makes no more from what others wrote. */
const fieldsKey = 'flagger.app/template-fields'

const idle: Routes = { primary: 100, canary: 0, mirrored: false }
const half: Routes = { primary: 50, canary: 50, mirrored: false }

export const custom: Router = {
  abilities: ({ canary, find }) => ({
    ...weightsAlone,
    match: canary.analysis.match.length > 0 && find !== undefined && hasMatch(canary, find),
  }),

  reads: ({ canary, find }) => [configRef(canary), ...refsOf(canary, find)],

  routes({ canary, find }) {
    const config = configOf(canary, find)
    const [first] = objectsOf(canary, config, idle)
    const found = first && find<Specified>(refTo(canary, first))
    return found && readRoutes(config, found)
  },

  accepted: () => accepted,

  render(context, routes) {
    const { canary, find } = context
    const config = configOf(canary, find)
    const isTest = canary.analysis.match.length > 0 && !routes.everybody && routes.canary > 0
    // The analysis runs an A/B test that can't be expressed as blue/green.
    if (isTest && !config.hasMatch && canary.strategy !== 'ab-testing')
      throw new InvalidSpecError(
        `canary ${canary.label}: spec.analysis.match has no place in the template of ` +
          `${config.label}; use match there, or remove it`,
      )
    return objectsOf(canary, config, routes).map((object) => rendered(context, object))
  },

  restore: (context) =>
    together(
      refsOf(context.canary, context.find).map((ref) =>
        restoreRoute(context, ref, (annotation) => annotation === fieldsKey),
      ),
    ),
}

function hasMatch(canary: Canary, find: Find): boolean {
  return quietly(() => findConfig(canary, find)?.hasMatch) ?? false
}

/** The objects of the template with and without a canary; none while it can't be rendered. */
function refsOf(canary: Canary, find: Find): ObjectRef[] {
  const refs = quietly(() => {
    const config = findConfig(canary, find)
    if (!config) return []
    const all = [idle, half].flatMap((routes) => objectsOf(canary, config, routes))
    return all.map((object) => refTo(canary, object))
  })
  const unique = new Map((refs ?? []).map((ref) => [JSON.stringify(ref), ref]))
  return [...unique.values()]
}

/** What else is wrong is said where the objects are needed. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof InvalidSpecError) return undefined
    throw error
  }
}

function refTo({ namespace }: Canary, { apiVersion, kind, name }: Templated): ObjectRef {
  return { apiVersion, kind, namespace, name }
}

/** A weight that is not there is one of zero: a template may leave an idle canary out. */
function readRoutes({ label, canaryWeight, primaryWeight }: Config, found: Specified): Routes {
  const name = shownRef(found)
  const at = (key: string, path: Path) => {
    const value = valueAt(found, path)
    const weight = value === undefined ? 0 : weightIn(value)
    if (weight !== undefined) return weight
    throw new InvalidSpecError(
      `${name} has no weight at ${path.join('.')}; correct it, or the key ${key} of ${label}`,
    )
  }
  const canary = at('canaryWeight', canaryWeight)
  const primary = primaryWeight ? at('primaryWeight', primaryWeight) : 100 - canary
  return routesOf(primary, canary, `${name}: all weights are zero; give one of them a weight`)
}

function weightIn(value: unknown): number | undefined {
  const weight = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof weight === 'number' && weight >= 0 ? weight : undefined
}

function rendered(context: RouterContext, object: Templated): Specified {
  const { canary, find } = context
  const { apiVersion, kind, name, labels, annotations, fields } = object
  const found = find<Specified>(refTo(canary, object))
  const last = found?.metadata.annotations?.[fieldsKey]
  const memory = found && last === undefined ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: { labels, annotations },
    annotations: { ...fluxOff, ...memory, [fieldsKey]: JSON.stringify(fields) },
  })
  const live: Fields = { ...found }
  return { ...record(merged(live, parsed(last), fields)), apiVersion, kind, metadata }
}

/** A record that somebody damaged names nothing. */
function parsed(text = '{}'): unknown {
  return readJson(text) ?? {}
}

/** The objects that the template of a ConfigMap makes. */
import { CORE_SCHEMA, loadAll } from 'js-yaml'
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError, messageOf } from '../../errors.ts'
import { isForeignKind } from '../../known-kinds.ts'
import { createBudget } from '../../template/budget.ts'
import { parseTemplate } from '../../template/parsing/parse.ts'
import { render } from '../../template/render.ts'
import { type Fields, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import type { Config } from './config.ts'

/** One object of the template, but for what the controller adds. */
export interface Templated {
  apiVersion: string
  kind: string
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
  /** All other fields of the object. */
  fields: Fields
}

/** No route has as many fields; aliases in YAML make many of few. */
const mostFields = 20_000

/**
 * The objects for these routes. Throws InvalidSpecError where the template can't be rendered, or
 * makes what no router may write.
 */
export function objectsOf(canary: Canary, config: Config, routes: Routes): Templated[] {
  const text = renderedText(canary, config, routes)
  const documents = parsed(config, text).filter((one) => one !== null && one !== undefined)
  if (documents.length === 0) throw wrong(config, 'makes no object; let it make at least one')
  const budget = { left: mostFields }
  return documents.map((one) => objectOf(canary, config, copied(one, budget, config)))
}

function renderedText(canary: Canary, { label, objects }: Config, routes: Routes): string {
  const values = valuesOf(canary, routes)
  const functions = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, () => value]),
  )
  const budget = createBudget()
  try {
    const template = parseTemplate(objects, { functions: Object.keys(functions), budget })
    return render(template, { functions, budget, missingKey: 'empty' })
  } catch (cause) {
    throw new InvalidSpecError(
      `${label}: the template in key objects can't be rendered: ${messageOf(cause)}; correct it`,
      { cause },
    )
  }
}

/** What a template may use. */
function valuesOf(canary: Canary, routes: Routes): Record<string, unknown> {
  const { names, namespace, name, targetName, spec, analysis, strategy } = canary
  const { port = 0, portName = '', targetPort = port, hosts = [] } = spec.service ?? {}
  const isTest = strategy === 'ab-testing' || analysis.match.length > 0
  const match = isTest && routes.canary > 0 && !routes.everybody ? analysis.match : []
  return {
    name,
    namespace,
    target: targetName,
    service: names.apex,
    primary: names.primary,
    canary: names.canary,
    port,
    portName,
    targetPort,
    hosts,
    match,
    primaryWeight: routes.primary,
    canaryWeight: routes.canary,
  }
}

function parsed({ label }: Config, text: string): unknown[] {
  try {
    return loadAll(text, { schema: CORE_SCHEMA })
  } catch (cause) {
    const [line = ''] = messageOf(cause).split('\n')
    throw new InvalidSpecError(
      `${label}: what the template in key objects makes is no YAML: ${line}; correct it`,
      { cause },
    )
  }
}

/** A copy in which nothing is shared. */
function copied(value: unknown, budget: { left: number }, config: Config): unknown {
  budget.left -= 1
  if (budget.left < 0) throw wrong(config, `makes more than ${mostFields} fields; make fewer`)
  if (Array.isArray(value)) return value.map((one) => copied(one, budget, config))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, one]) => [key, copied(one, budget, config)]))
}

function objectOf(canary: Canary, config: Config, document: unknown): Templated {
  const { apiVersion, kind, metadata, status: _, ...fields } = record(document)
  const { name, namespace = canary.namespace, labels, annotations } = record(metadata)
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string')
    throw wrong(config, 'makes an object without apiVersion, kind or metadata.name; give it these')
  if (namespace !== canary.namespace)
    throw wrong(config, `makes ${kind} ${name} in another namespace; leave out metadata.namespace`)
  if (!isForeignKind(apiVersion))
    throw wrong(
      config,
      `makes a ${kind} of ${apiVersion}, which is not for templates: what Kubernetes or another ` +
        'provider has, a template may not write; take a kind of your router',
    )
  return {
    apiVersion,
    kind,
    name,
    labels: textsOf(labels),
    annotations: textsOf(annotations),
    fields,
  }
}

function textsOf(map: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(map)).map(([key, value]) => [key, `${value}`]))
}

function wrong({ label }: Config, what: string): InvalidSpecError {
  return new InvalidSpecError(`${label}: the template in key objects ${what}`)
}

/** Routes of a VirtualRouter, or of the router within a VirtualService. */
import type { Canary } from '../../canary/canary.ts'
import { parseDuration } from '../../canary/duration.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import { type BackendFormat, isSplit, readSplit, withdrawnFrom } from '../weighted/backends.ts'
import { testHeaders } from './match.ts'
import { isGrpc, requestTimeout } from './nodes.ts'
import { type Entrance, routedRef, versionOf } from './version.ts'

/** A route for each entry of the test, and the one for all others. Throws InvalidSpecError. */
export function routesFor(canary: Canary, entrance: Entrance, routes: Routes): Fields[] {
  const name = canary.names[entrance]
  const test = entrance === 'apex' ? testOf(canary, routes) : undefined
  if (!test) return [route(canary, { name, targets: both(canary, routes) })]
  const entries = test.map((headers, at) => ({
    name: at === 0 ? `${name}-a` : `${name}-a-${at + 1}`,
    priority: 10 + at,
    headers,
    targets: both(canary, routes),
  }))
  const rest = {
    name: `${name}-b`,
    priority: Math.max(20, 10 + entries.length),
    targets: [target(canary, canary.names.primary, 100)],
  }
  return [...entries, rest].map((one) => route(canary, one))
}

function testOf(canary: Canary, routes: Routes): Fields[][] | undefined {
  const { analysis, strategy, label, provider } = canary
  if (routes.everybody || analysis.match.length === 0) return undefined
  const test = testHeaders(analysis.match)
  // The analysis runs a test that can't be expressed as blue/green.
  if (test || strategy === 'ab-testing' || routes.canary === 0) return test
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider ${provider}; give each ` +
      'entry headers with a condition, and neither queryParams nor sourceLabels, or remove it',
  )
}

/** Canary, then primary, as in Flagger. */
function both({ names, ...canary }: Canary, routes: Routes): Fields[] {
  const to = (name: string, weight: number) => target({ ...canary, names }, name, weight)
  return [to(names.canary, routes.canary), to(names.primary, routes.primary)]
}

function target(canary: Canary, name: string, weight: number): Fields {
  return versionOf(canary) === 'v1beta1'
    ? { virtualNodeName: name, weight }
    : { virtualNodeRef: { name }, weight }
}

interface Route {
  name: string
  priority?: number
  headers?: readonly Fields[]
  targets: readonly Fields[]
}

function route(canary: Canary, { name, priority, headers, targets }: Route): Fields {
  const isFirst = versionOf(canary) === 'v1beta1'
  const isCall = !isFirst && isGrpc(canary)
  const prefix = canary.spec.service?.match?.[0]?.uri?.prefix || '/'
  // Calls have no path to match, and metadata in place of headers.
  const match = isCall
    ? { ...(headers && { metadata: headers }) }
    : { prefix, ...(headers && { headers }) }
  const perRequest = isFirst ? undefined : requestTimeout(canary)
  const content = {
    match,
    ...(perRequest && { timeout: { perRequest } }),
    ...retryPolicy(canary),
    action: { weightedTargets: targets },
  }
  const sort = isCall ? 'grpcRoute' : 'httpRoute'
  return { name, ...(priority && { priority }), [isFirst ? 'http' : sort]: content }
}

const retryEvents = ['server-error', 'gateway-error', 'client-error', 'stream-error']

/** Words of `retryOn` that App Mesh does not have: the API server would refuse them. */
export function unknownRetryEvents({ spec }: Canary): string[] {
  return wordsOf(spec.service?.retries?.retryOn).filter((word) => !retryEvents.includes(word))
}

const wordsOf = (text = ''): string[] => text.split(',').flatMap((word) => word.trim() || [])

function retryPolicy(canary: Canary): Fields {
  const { retries } = canary.spec.service ?? {}
  if (!retries) return {}
  const known = wordsOf(retries.retryOn).filter((word) => retryEvents.includes(word))
  const perTryMs = parseDuration(retries.perTryTimeout ?? '') ?? 250
  const timeout =
    versionOf(canary) === 'v1beta1'
      ? { perRetryTimeoutMillis: perTryMs }
      : { perRetryTimeout: { unit: 'ms', value: perTryMs } }
  return {
    retryPolicy: {
      ...timeout,
      maxRetries: retries.attempts || 1,
      httpRetryEvents: known.length > 0 ? known : ['gateway-error'],
    },
  }
}

/** Nodes have the names of the Services. */
const format: BackendFormat = {
  serviceOf({ virtualNodeName, virtualNodeRef }) {
    const name = virtualNodeName ?? record(virtualNodeRef).name
    return typeof name === 'string' ? name : undefined
  },
  weightOf: ({ weight }) => (typeof weight === 'number' && weight > 0 ? weight : 0),
}

/** True once a route names primary or canary: before the take-over none does. */
export function isTaken(canary: Canary, { spec }: Specified): boolean {
  return splitIn(canary, spec) !== undefined
}

/** The traffic that the apex splits; undefined before the take-over. Throws InvalidSpecError. */
export function readRouted(canary: Canary, { spec }: Specified): Routes | undefined {
  const { names, namespace } = canary
  const { kind, name } = routedRef(canary, 'apex')
  const at = kind === 'VirtualService' ? `${kind} ${name}` : `${kind} ${name}.${namespace}`
  const empty =
    `${at} does not contain routes for ${names.primary} and ${names.canary}: give one of them a ` +
    'weight'
  return readSplit(canary, { found: splitIn(canary, spec) ?? [], format, empty })
}

/** The first route is that of the test, where there is one. */
function splitIn(canary: Canary, spec: Specified['spec']): Fields[] | undefined {
  return list(spec?.routes)
    .map((one) => list(record(contentOf(one)?.action).weightedTargets))
    .find((targets) => isSplit(canary, targets, format))
}

const sorts = ['http', 'httpRoute', 'grpcRoute', 'http2Route', 'tcpRoute']

function contentOf(one: Fields): Fields | undefined {
  const sort = sorts.find((name) => one[name] !== undefined)
  return sort === undefined ? undefined : record(one[sort])
}

/** The object with everybody on the primary, and otherwise as it is. */
export function withdrawn(canary: Canary, found: Specified): Specified {
  const asPrimary = (entry: Fields) => ({ ...entry, ...target(canary, canary.names.primary, 0) })
  const routes = list(found.spec?.routes).map((one) => {
    const sort = sorts.find((name) => one[name] !== undefined)
    const content = contentOf(one)
    if (sort === undefined || !content) return one
    const action = record(content.action)
    const there = list(action.weightedTargets)
    const weightedTargets = withdrawnFrom(canary, { found: there, format }, asPrimary)
    return { ...one, [sort]: { ...content, action: { ...action, weightedTargets } } }
  })
  return { ...found, spec: { ...found.spec, routes } }
}

/**
 * Routes that an HTTPProxy had before it was taken over: those to other services stay as they
 * were, those to the apex Service lead to primary and canary.
 */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { keptKey, readKept } from '../kept-annotation.ts'
import { isGenerated, type Specified } from '../metadata.ts'
import { type Fields, list } from '../reading.ts'
import type { Routes } from '../router.ts'
import { serviceConditions } from './match.ts'
import { type Base, isTaken, leadsToApex, proxyRoutes } from './routes.ts'

/** Undefined for what was made by a controller, or taken over by Flagger, which keeps nothing. */
export function keptOf(canary: Canary, found: Specified | undefined): Fields[] | undefined {
  if (!found || isGenerated(found)) return undefined
  if (!isTaken(canary, found)) return list(found.spec?.routes)
  const kept = readKept(found, keptKey, 'routes')
  return kept === undefined ? undefined : list(kept)
}

/** All routes. Throws InvalidSpecError where no request would get as far as ours. */
export function routesBeside(canary: Canary, routes: Routes, kept: readonly Fields[]): Fields[] {
  const { match = [] } = canary.spec.service ?? {}
  const fields = policiesOf(canary)
  const ours = serviceConditions(match).flatMap((condition) =>
    proxyRoutes(canary, { conditions: [condition], fields, services: [] }, routes),
  )
  const first = kept.findIndex((route) => leadsToApex(canary, route))
  if (first < 0) {
    assertReachable(canary, ours, kept)
    return [...kept, ...ours]
  }
  return kept.flatMap((route, at) => {
    if (!leadsToApex(canary, route)) return [route]
    const own = proxyRoutes(canary, baseOf(route, fields), routes)
    if (match.length === 0 || at !== first) return own
    const taken = new Set(own.map(conditionsIn))
    return [...ours.filter((one) => !taken.has(conditionsIn(one))), ...own]
  })
}

function baseOf({ conditions, services, ...fields }: Fields, policies: Fields): Base {
  const found = list(conditions)
  return {
    conditions: found.length > 0 ? found : [{ prefix: '/' }],
    fields: { ...fields, ...policies },
    services: list(services),
  }
}

function policiesOf({ spec }: Canary): Fields {
  const { timeout, retries } = spec.service ?? {}
  const retryOn = (retries?.retryOn ?? '').split(',').flatMap((part) => part.trim() || [])
  return {
    ...(timeout && { timeoutPolicy: { response: timeout, idle: '5m' } }),
    ...(retries && {
      retryPolicy: {
        count: retries.attempts ?? 0,
        ...(retries.perTryTimeout && { perTryTimeout: retries.perTryTimeout }),
        ...(retryOn.length > 0 && { retryOn }),
      },
    }),
  }
}

const conditionsIn = ({ conditions }: Fields): string =>
  JSON.stringify(list(conditions).length > 0 ? conditions : [{ prefix: '/' }])

function assertReachable(canary: Canary, ours: readonly Fields[], kept: readonly Fields[]) {
  const wanted = ours.map(conditionsIn)
  const at = kept.findIndex((route) => wanted.includes(conditionsIn(route)))
  if (at < 0) return
  const { names, namespace, label } = canary
  throw new InvalidSpecError(
    `HTTPProxy ${names.apex}.${namespace}: route ${at + 1} of its own sends these requests ` +
      `elsewhere, so that canary ${label} would get none; let a route lead to ${names.apex}, or ` +
      'remove that one',
  )
}

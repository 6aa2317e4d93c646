/** Filters and timeouts of HTTPRoute rules. */
import type { CorsPolicy, HeaderOperations, RequestMirror, Rewrite } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { parseDuration } from '../../canary/duration.ts'
import { type Fields, list, record } from '../reading.ts'
import { byName } from './match.ts'
import { isOld } from './version.ts'

export interface Filter extends Fields {
  type: string
}

/** What the Canary asks of every rule, in Flagger's order. */
export function serviceFilters(canary: Canary): Filter[] {
  const { headers = {}, rewrite, mirror = [], corsPolicy } = canary.spec.service ?? {}
  return [
    ...(headers.request ? [headerFilter('RequestHeaderModifier', headers.request)] : []),
    ...(headers.response ? [headerFilter('ResponseHeaderModifier', headers.response)] : []),
    ...(rewrite ? [rewriteFilter(rewrite)] : []),
    ...mirror.map(mirrorFilter),
    ...(corsPolicy && !isOld(canary) ? [corsFilter(corsPolicy)] : []),
  ]
}

/** Copies so many percent of the requests to a Service; with 0 it is not said, and all are copied. */
export function copiesTo(service: Fields, percent: number): Filter {
  const share = percent > 0 ? { percent } : {}
  return { type: 'RequestMirror', requestMirror: { backendRef: service, ...share } }
}

/** The copies that go to a Service, each with its percentage; undefined for all requests. */
export function copiesOf(filters: unknown, service: string): (number | undefined)[] {
  return list(filters)
    .map(({ requestMirror }) => record(requestMirror))
    .filter(({ backendRef }) => record(backendRef).name === service)
    .map(({ percent }) => (typeof percent === 'number' ? percent : undefined))
}

/** The filters with a cookie in the answer: a modifier may stand there once only. */
export function settingCookie(filters: readonly Filter[], value: string): Filter[] {
  const type = 'ResponseHeaderModifier'
  const found = filters.find((filter) => filter.type === type)
  const { add, ...rest } = record(found?.responseHeaderModifier)
  const others = list(add).filter(({ name }) => `${name}`.toLowerCase() !== 'set-cookie')
  const cookie = { name: 'Set-Cookie', value }
  const setting = { type, responseHeaderModifier: { ...rest, add: [...others, cookie] } }
  if (!found) return [...filters, setting]
  return filters.map((filter) => (filter === found ? setting : filter))
}

/** True for a rewrite that is allowed beside one single path prefix only. */
export function replacesPrefix(filters: readonly Filter[] = []): boolean {
  return filters.some(({ urlRewrite }) => {
    return record(record(urlRewrite).path).type === 'ReplacePrefixMatch'
  })
}

/** Limits for the answer, as HTTPRoutes write durations. */
export function timeoutsOf(canary: Canary): { timeouts?: Fields } {
  const { timeout, backendTimeout } = canary.spec.service ?? {}
  if (isOld(canary) || (!timeout && !backendTimeout)) return {}
  return {
    timeouts: {
      ...(timeout && { request: gatewayDuration(timeout) }),
      ...(backendTimeout && { backendRequest: gatewayDuration(backendTimeout) }),
    },
  }
}

/** HTTPRoutes know no fractions, and no unit below a millisecond. */
function gatewayDuration(text: string): string {
  if (/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) return text
  const ms = parseDuration(text)
  if (ms === undefined || ms < 0) return text
  const rounded = Math.round(ms)
  return rounded % 1000 === 0 ? `${rounded / 1000}s` : `${rounded}ms`
}

function headerFilter(type: string, { add, set, remove = [] }: HeaderOperations): Filter {
  const field = `${type.charAt(0).toLowerCase()}${type.slice(1)}`
  const headers = (map: Record<string, string> = {}) =>
    byName(map).map(([name, value]) => ({ name, value }))
  const modifier = {
    ...(add && headers(add).length > 0 && { add: headers(add) }),
    ...(set && headers(set).length > 0 && { set: headers(set) }),
    ...(remove.length > 0 && { remove }),
  }
  return { type, [field]: modifier }
}

function rewriteFilter({ uri, authority, type }: Rewrite): Filter {
  const path =
    type === 'ReplacePrefixMatch'
      ? { type, replacePrefixMatch: uri }
      : { type: 'ReplaceFullPath', replaceFullPath: uri }
  const urlRewrite = { ...(authority && { hostname: authority }), ...(uri && { path }) }
  return { type: 'URLRewrite', urlRewrite }
}

function mirrorFilter({ backendRef }: RequestMirror): Filter {
  const defaults = { group: '', kind: 'Service' }
  return { type: 'RequestMirror', requestMirror: { backendRef: { ...defaults, ...backendRef } } }
}

function corsFilter(policy: CorsPolicy): Filter {
  const { allowMethods = [], allowHeaders = [], exposeHeaders = [], allowCredentials } = policy
  const origins = [...new Set([...(policy.allowOrigin ?? []), ...exactOrigins(policy)])]
  const seconds = Math.floor((parseDuration(policy.maxAge ?? '') ?? 0) / 1000)
  return {
    type: 'CORS',
    cors: {
      ...(origins.length > 0 && { allowOrigins: origins }),
      ...(allowMethods.length > 0 && { allowMethods }),
      ...(allowHeaders.length > 0 && { allowHeaders }),
      ...(exposeHeaders.length > 0 && { exposeHeaders }),
      ...(allowCredentials && { allowCredentials }),
      // What the API server writes where nothing is said.
      maxAge: seconds > 0 ? seconds : 5,
    },
  }
}

function exactOrigins({ allowOrigins = [] }: CorsPolicy): string[] {
  return allowOrigins.flatMap(({ exact }) => (exact ? [exact] : []))
}

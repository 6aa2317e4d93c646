/**
 * ingress-nginx, as its documentation of canary annotations says: a canary Ingress takes requests
 * of the Ingress with the same host and path, by header first, then by cookie, then by weight.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
import type { AnalysisMatch } from '../../canary/api.gen.ts'
import {
  type Entry,
  entranceTo,
  entriesIn,
  type Ingress,
  isSamePlace,
} from '../../sandbox/traffic/ingress-objects.ts'
import {
  cookiesOf,
  type Plane,
  secondBounds,
  type UserRequest,
} from '../../sandbox/traffic/plane.ts'
import { textFor } from '../../sandbox/traffic/string-match.ts'

export const plane: Plane = {
  isIngress: true,

  road(called, objects, { ingressAnnotationsPrefix }) {
    const told = (ingress: Ingress) => annotationsOf(ingress, ingressAnnotationsPrefix)
    const entries = entriesIn(objects, called.namespace)
    const entrance = entranceTo(
      entries.filter(({ ingress }) => told(ingress).canary !== 'true'),
      called,
    )
    if (!entrance) return undefined
    const canary = entries.find(
      (entry) => told(entry.ingress).canary === 'true' && isSamePlace(entry, entrance),
    )
    const ingress = entrance.ingress.metadata.name
    return (request, random) => {
      const isCanary = canary !== undefined && isTaken(told(canary.ingress), request, random)
      const { service }: Entry = isCanary ? canary : entrance
      return { service, via: { ingress, isCanary } }
    }
  },

  /** The label `canary` names the backend when the canary Ingress took the request, else it is empty. */
  counts({ namespace, service, port, via, status, latencyMs }) {
    const labels = {
      namespace,
      ingress: via?.ingress ?? service,
      service,
      canary: via?.isCanary ? `${namespace}-${service}-${port}` : '',
      host: 'app.example.com',
      path: '/',
      method: 'GET',
      status: `${status}`,
    }
    return [
      { kind: 'counter', name: 'nginx_ingress_controller_requests', labels },
      {
        kind: 'histogram',
        name: 'nginx_ingress_controller_response_duration_seconds',
        labels,
        value: latencyMs / 1_000,
        bounds: secondBounds,
      },
    ]
  },

  /** A cookie opts in by the value `always`; its name is what the condition is about. */
  tester(match: readonly AnalysisMatch[]) {
    const conditions = Object.entries(match[0]?.headers ?? {})
    return Object.fromEntries(
      conditions.map(([name, condition]) =>
        name.toLowerCase() === 'cookie'
          ? ['cookie', `${textFor(condition)}=always`]
          : [name.toLowerCase(), textFor(condition)],
      ),
    )
  },
}

/** Annotations of NGINX, without their prefix. */
function annotationsOf({ metadata }: Ingress, prefix: string): Record<string, string> {
  const all = Object.entries(metadata.annotations ?? {})
  return Object.fromEntries(
    all.flatMap(([key, value]) =>
      key.startsWith(`${prefix}/`) ? [[key.slice(prefix.length + 1), value]] : [],
    ),
  )
}

function isTaken(
  told: Readonly<Record<string, string>>,
  request: UserRequest,
  random: () => number,
): boolean {
  return byHeader(told, request) ?? byCookie(told, request) ?? byWeight(told, random)
}

/** With a value or pattern of its own the header decides by that alone, else by `always` and `never`. */
function byHeader(
  told: Readonly<Record<string, string>>,
  { headers }: UserRequest,
): boolean | undefined {
  const name = told['canary-by-header']
  const sent = name === undefined ? undefined : headers[name.toLowerCase()]
  if (sent === undefined) return undefined
  const { 'canary-by-header-value': value, 'canary-by-header-pattern': pattern } = told
  if (value !== undefined) return sent === value ? true : undefined
  if (pattern !== undefined) return new RegExp(pattern).test(sent) ? true : undefined
  return alwaysOrNever(sent)
}

function byCookie(
  told: Readonly<Record<string, string>>,
  request: UserRequest,
): boolean | undefined {
  const name = told['canary-by-cookie']
  return name === undefined ? undefined : alwaysOrNever(cookiesOf(request).get(name))
}

function alwaysOrNever(text: string | undefined): boolean | undefined {
  if (text === 'always') return true
  return text === 'never' ? false : undefined
}

function byWeight(told: Readonly<Record<string, string>>, random: () => number): boolean {
  const { 'canary-weight': weight = '0', 'canary-weight-total': total = '100' } = told
  return random() * Number(total) < Number(weight)
}

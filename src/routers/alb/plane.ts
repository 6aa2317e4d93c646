/**
 * AWS Load Balancer Controller, as its guide to annotations says: a backend whose port is
 * `use-annotation` is the action of its name, which shares the requests between target groups by
 * weights from 0 to 999, of which one that is missing counts as 1; conditions of the name must all be
 * met besides. Of rules for one path the first that is met decides. Texts are compared without
 * regard to their case, and may have wildcards.
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
import type { AnalysisMatch } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import { chosen, type Plane, type UserRequest, type Way } from '../../sandbox/traffic/plane.ts'
import { textFor } from '../../sandbox/traffic/string-match.ts'

interface Ingress extends KubeObject {
  spec?: { rules?: { host?: string; http?: { paths?: Path[] } }[] }
}

interface Path {
  path?: string
  backend?: { service?: { name: string; port?: { name?: string; number?: number } } }
}

interface Rule {
  place: string
  /** Of the backend: a Service, or an action. */
  name: string
  isAction: boolean
  annotations: Readonly<Record<string, string>>
}

interface Action {
  type?: string
  forwardConfig?: { targetGroups?: { serviceName?: string; weight?: number }[] }
}

interface Condition {
  field?: string
  httpHeaderConfig?: { httpHeaderName: string; values: string[] }
  queryStringConfig?: { values: { key?: string; value: string }[] }
}

const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }
const prefix = 'alb.ingress.kubernetes.io'

export const plane: Plane = {
  isIngress: true,

  road({ namespace, service }, objects) {
    const rules = objects.list<Ingress>(kind, namespace).flatMap(rulesOf)
    const entrance = rules.find(({ name }) => name === service)
    if (!entrance) return undefined
    const here = rules.filter(({ place }) => place === entrance.place)
    return (request, random) => {
      const rule = here.find((one) => isMet(one, request))
      return rule ? wayBy(rule, random) : {}
    }
  },

  // It tells CloudWatch, and no Prometheus.
  counts: () => [],

  tester(match: readonly AnalysisMatch[]) {
    const headers = Object.entries(match[0]?.headers ?? {})
    return Object.fromEntries(headers.map(([name, is]) => [name.toLowerCase(), textFor(is)]))
  },
}

function rulesOf({ metadata, spec }: Ingress): Rule[] {
  const { annotations = {} } = metadata
  return (spec?.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', backend }) => {
      const { name, port } = backend?.service ?? {}
      const isAction = port?.name === 'use-annotation'
      return name === undefined ? [] : [{ place: `${host} ${path}`, name, isAction, annotations }]
    }),
  )
}

function isMet({ name, annotations }: Rule, request: UserRequest): boolean {
  const text = annotations[`${prefix}/conditions.${name}`]
  if (text === undefined) return true
  return (JSON.parse(text) as Condition[]).every((condition) => holds(condition, request))
}

function holds({ field, ...of }: Condition, { headers, path }: UserRequest): boolean {
  if (field === 'http-header') {
    const { httpHeaderName = '', values = [] } = of.httpHeaderConfig ?? {}
    const text = headers[httpHeaderName.toLowerCase()]
    return text !== undefined && values.some((value) => isLike(text, value))
  }
  if (field !== 'query-string') return false
  const given = [...new URLSearchParams(path.split('?')[1] ?? '')]
  return (of.queryStringConfig?.values ?? []).some(({ key, value }) =>
    given.some(([name, text]) => (key === undefined || isLike(name, key)) && isLike(text, value)),
  )
}

function isLike(text: string, pattern: string): boolean {
  const source = [...pattern].map((one) => {
    if (one === '*') return '.*'
    return one === '?' ? '.' : one.replace(/[\\^$.|+()[\]{}]/, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 'i').test(text)
}

/** A rule whose action is missing is refused as a whole. */
function wayBy({ name, isAction, annotations }: Rule, random: () => number): Way {
  if (!isAction) return { service: name }
  const text = annotations[`${prefix}/actions.${name}`]
  const { type, forwardConfig } = (text === undefined ? {} : JSON.parse(text)) as Action
  if (type !== 'forward') return {}
  const shares = (forwardConfig?.targetGroups ?? []).map(({ serviceName = '', weight = 1 }) => ({
    to: serviceName,
    weight: weight <= 999 ? weight : 0,
  }))
  const taken = chosen(shares, random)
  return taken === undefined ? {} : { service: taken }
}

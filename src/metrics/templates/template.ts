/** Queries are templates; this is what they may use. */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { messageOf, ProviderError } from '../../errors.ts'
import type { Checks } from '../../routers/checks.ts'
import { eachIngress } from '../../routers/ingress.ts'
import type { Budget } from '../../template/budget.ts'
import type { Template } from '../../template/parsing/ast.ts'
import { parseTemplate } from '../../template/parsing/parse.ts'
import { render } from '../../template/render.ts'

export interface QueryModel {
  name: string
  namespace: string
  target: string
  service: string
  ingress: string
  route: string
  interval: string
  variables: Record<string, string>
}

/** The names of a canary for the query of one metric. */
export function queryModel(
  { spec, name, namespace, targetName, names }: Canary,
  metric: Pick<EffectiveMetric, 'interval' | 'templateVariables'>,
): QueryModel {
  return {
    name,
    namespace,
    target: targetName,
    service: names.apex,
    ingress: spec.ingressRef?.name || targetName,
    route: spec.routeRef?.name || targetName,
    interval: metric.interval,
    variables: metric.templateVariables,
  }
}

/** The Ingresses of a canary as its series name them. */
export function ingressNames(canary: Canary, observer: Pick<Checks, 'plainNames'>): string[] {
  const names = eachIngress(canary).flatMap(({ spec }) => spec.ingressRef?.name ?? [])
  return observer.plainNames ? names.map(plain) : names
}

const plain = (text: string): string => text.replace(/[^0-9A-Za-z_]/g, '_')

/** Names with nothing but letters, digits and `_`. */
export function plainNames(model: QueryModel): QueryModel {
  const { name, namespace, target, service, ingress } = model
  return {
    ...model,
    name: plain(name),
    namespace: plain(namespace),
    target: plain(target),
    service: plain(service),
    ingress: plain(ingress),
  }
}

/** The query as it is sent. Throws ProviderError, with Flagger's words, for a bad template. */
export function renderQuery(query: string, model: QueryModel, budget?: Budget): string {
  return renderWith(query, { ...model }, budget)
}

/** Renders a template whose functions are these values. */
export function renderWith(
  text: string,
  values: Readonly<Record<string, unknown>>,
  budget?: Budget,
): string {
  const functions = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, () => value]),
  )
  let template: Template
  try {
    template = parseTemplate(text, { functions: Object.keys(functions), budget })
  } catch (cause) {
    throw new ProviderError(`template parsing failed: ${messageOf(cause)}`, { cause })
  }
  try {
    return render(template, { functions, budget })
  } catch (cause) {
    throw new ProviderError(`template excution failed: ${messageOf(cause)}`, { cause })
  }
}

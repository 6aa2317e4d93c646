/** The analyses of a Rollout as metrics of a Canary, with a MetricTemplate each. Pure. */

import { parseDuration } from '../../canary/duration.ts'
import type { KubeObject } from '../../objects.ts'
import { measureOf } from './measure.ts'
import {
  type AnalysisMetric,
  type AnalysisTemplate,
  type AnalysisUse,
  type Arg,
  type DryRun,
  type ImportRemark,
  listOf,
  others,
  type Rollout,
  remark,
} from './rollout.ts'

export interface Checks {
  metrics: object[]
  templates: KubeObject[]
  /** Failed checks that roll back; undefined where no metric says it. */
  threshold: number | undefined
  /** Measurements that an analysis makes at most. */
  count: number | undefined
  remarks: ImportRemark[]
}

interface Used {
  template: AnalysisTemplate
  args: readonly Arg[]
  /** Of the analysis that uses it: metrics that decide nothing. */
  dryRun: readonly DryRun[]
}

interface Of {
  /** Of the target: templates begin with it. */
  name: string
  interval: string
  /** Services that go, and those in their place. */
  renamed: Readonly<Record<string, string>>
}

/**
 * `around` has the templates, but for those of `hidden` kinds; each metric is taken once, however often
 * it is used.
 */
export function checksOf(
  uses: readonly AnalysisUse[],
  rollout: Rollout,
  of: Of & Templates,
): Checks {
  const checks: Checks = {
    ...{ metrics: [], templates: [], threshold: undefined, count: undefined, remarks: [] },
  }
  const limits = new Set<number>()
  const taken = new Set<string>()
  for (const use of uses)
    for (const used of usedBy(use, of, checks.remarks))
      for (const metric of listOf(used.template.spec?.metrics)) {
        const { kind, metadata } = used.template
        const field = `${kind} ${metadata.name}, metric ${metric.name}`
        if (taken.has(field)) continue
        taken.add(field)
        if (addMetric(metric, field, { ...used, rollout, checks, ...of }))
          limits.add(numberOf(metric.failureLimit) ?? 0)
      }
  if (limits.size > 0) checks.threshold = Math.min(...limits) + 1
  if (limits.size > 1) {
    const message = `the metrics have different failureLimits; the smallest holds for all`
    checks.remarks.push(remark('changed', 'failureLimit', message))
  }
  return checks
}

interface Adding extends Used, Of {
  rollout: Rollout
  checks: Checks
}

function addMetric(metric: AnalysisMetric, field: string, of: Adding): boolean {
  const { template, checks, interval, dryRun } = of
  if ([...listOf(template.spec?.dryRun), ...dryRun].some((one) => names(one, metric))) {
    const message = 'a metric in dry run decides nothing: it is left out'
    checks.remarks.push(remark('lost', field, message))
    return false
  }
  const { measure, remarks } = measureOf(metric, field, (name) => argumentOf(name, of))
  checks.remarks.push(...remarks)
  checks.remarks.push(
    ...others(metric, readOfMetric).map((name) =>
      remark('lost', field, `${name} has no counterpart`),
    ),
  )
  if (metric.initialDelay !== undefined)
    checks.remarks.push(remark('lost', field, 'initialDelay: see analysis.delay of the Canary'))
  if (!measure) return false
  checks.remarks.push(...paceRemarks(metric, field, interval))
  const name = `${of.name}-${metric.name}`.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')
  const { namespace } = of.rollout.metadata
  checks.count = Math.max(checks.count ?? 0, numberOf(metric.count) ?? 0) || undefined
  checks.metrics.push({
    ...{ name: metric.name, templateRef: { name }, interval },
    thresholdRange: measure.condition.range,
    ...(measure.condition.noData && { noData: measure.condition.noData }),
  })
  checks.templates.push({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, ...(namespace && { namespace }) },
    spec: { ...measure.spec, query: withNewNames(measure.spec.query, field, of) },
  } as KubeObject)
  return true
}

/** A Service that is not used any more gets no requests: of it there would never be a value. */
function withNewNames(query: string, field: string, { renamed, checks }: Adding): string {
  return Object.entries(renamed).reduce((text, [service, instead]) => {
    const word = new RegExp(`(?<![\\w-])${service.replaceAll('.', '\\.')}(?![\\w-])`, 'g')
    const changed = text.replaceAll(word, instead)
    if (changed === text || service === instead) return text
    const message = `its query named the Service "${service}": it asks for "${instead}" now`
    checks.remarks.push(remark('changed', field, message))
    return changed
  }, query)
}

const readOfMetric = [
  ...['name', 'interval', 'count', 'initialDelay', 'provider'],
  ...['successCondition', 'failureCondition', 'failureLimit'],
]

/** A dry run names a metric, or many by an expression such as `.*`. */
function names({ metricName = '' }: DryRun, { name = '' }: AnalysisMetric): boolean {
  const [, start] = /^([\w-]*)\.?\*$/.exec(metricName) ?? []
  return metricName === name || (start !== undefined && name.startsWith(start))
}

/** A metric has no pace of its own: it is measured once in each interval of the analysis. */
function paceRemarks(
  { interval: own }: AnalysisMetric,
  field: string,
  interval: string,
): ImportRemark[] {
  const isOther = own !== undefined && parseDuration(own) !== parseDuration(interval)
  const message = `was measured every ${own}, and is once in each interval (${interval})`
  return isOther ? [remark('changed', field, message)] : []
}

interface Templates {
  around: readonly KubeObject[]
  hidden: ReadonlySet<string>
}

/** The templates that an analysis names, and those that these name. */
function usedBy(use: AnalysisUse, { around, hidden }: Templates, remarks: ImportRemark[]): Used[] {
  const found = new Map<string, AnalysisTemplate>()
  const add = (names: AnalysisUse['templates']) => {
    for (const { templateName, clusterScope } of listOf(names)) {
      const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
      const template = around.find(
        (one): one is AnalysisTemplate => one.kind === kind && one.metadata.name === templateName,
      )
      const key = `${kind} ${templateName}`
      const why = hidden.has(kind) ? 'could not be read' : 'is not there'
      if (!template) remarks.push(remark('essential', key, `${why}: its metrics are missing`))
      else if (!found.has(key)) {
        found.set(key, template)
        add(template.spec?.templates)
      }
    }
  }
  add(use.templates)
  const [args, dryRun] = [listOf(use.args), listOf(use.dryRun)]
  return [...found.values()].map((template) => ({ template, args, dryRun }))
}

/** What whoever uses a template gives comes before what the template says. */
function argumentOf(name: string, { template, args, rollout }: Adding): string | undefined {
  const given = args.find((one) => one.name === name)
  const usual = listOf(template.spec?.args).find((one) => one.name === name)
  const path = given?.valueFrom?.fieldRef?.fieldPath
  return given?.value ?? (path === undefined ? usual?.value : fieldOf(rollout, path))
}

function fieldOf({ metadata }: Rollout, path: string): string | undefined {
  if (path === 'metadata.name') return metadata.name
  if (path === 'metadata.namespace') return metadata.namespace
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? []
  return map === 'labels' || map === 'annotations' ? metadata[map]?.[key] : undefined
}

/** Argo takes numbers as text as well, for arguments may stand there. */
function numberOf(value: number | string | undefined): number | undefined {
  const number = Number(value ?? Number.NaN)
  return Number.isInteger(number) ? number : undefined
}

/** A Rollout of Argo Rollouts as Deployment, Canary and MetricTemplates. Pure. */
import { parseCanary } from '../../canary/canary.ts'
import { parseDuration } from '../../canary/duration.ts'
import { nameProblems } from '../../canary/names/generated-names.ts'
import type { KubeObject } from '../../objects.ts'
import { usualSelectorLabels } from '../../workloads/workload.ts'
import { portsFor, refTo } from '../generate.ts'
import { checksOf } from './checks.ts'
import { gateHooks } from './gates.ts'
import { type ImportRemark, others, type Rollout, remark } from './rollout.ts'
import { type Strategy, strategyOf } from './strategy.ts'

export interface Imported {
  canary: KubeObject
  /** To be applied before the Canary, in this order. */
  others: KubeObject[]
  /** Behind the path of a field of the Canary, why it is so. */
  comments: Readonly<Record<string, string>>
  remarks: ImportRemark[]
}

interface ImportOptions {
  /** Overrides what the Rollout says. */
  provider?: string | undefined
  /** Kinds of which nobody knows what there is. */
  hidden?: ReadonlySet<string>
}

/**
 * `all` is what lies beside it: templates, Services, autoscalers, routes, workloads; those of other
 * namespaces are not looked at.
 */
export function importRollout(
  rollout: Rollout,
  all: readonly KubeObject[],
  { provider, hidden = new Set() }: ImportOptions = {},
): Imported {
  const remarks: ImportRemark[] = []
  const around = all.filter((one) => isBeside(one, rollout))
  const target = targetOf(rollout, around, remarks)
  remarks.push(...ownRemarks(rollout))
  const strategy = strategyOf(rollout, around, provider)
  const interval = intervalOf(strategy, remarks)
  const { name, namespace } = rollout.metadata
  const { analyses, renamed } = strategy
  const checks = checksOf(analyses, rollout, {
    ...{ around, hidden, name: target.name, interval, renamed },
  })
  const scaler = scalerOf(rollout, target.name, around)
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, ...(namespace && { namespace }) },
    spec: {
      provider: strategy.provider,
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target.name },
      ...(scaler && { autoscalerRef: refTo(scaler) }),
      ...strategy.spec,
      ...deadlineOf(rollout),
      service: serviceOf(strategy, target, around, remarks),
      analysis: {
        interval,
        threshold: checks.threshold ?? 1,
        ...strategy.steps(checks.count),
        ...(checks.metrics.length > 0 && { metrics: checks.metrics }),
        ...(strategy.gates.length > 0 && { webhooks: gateHooks(strategy.gates) }),
      },
    },
  }
  remarks.push(...problemsOf(canary))
  return {
    canary,
    others: [...target.objects, ...(scaler ? [scaler] : []), ...checks.templates],
    comments: commentsFor(strategy, checks.metrics.length > 0),
    remarks: [...remarks, ...strategy.remarks, ...checks.remarks],
  }
}

function isBeside({ metadata: { namespace } }: KubeObject, { metadata }: Rollout): boolean {
  return [namespace, metadata.namespace].includes(undefined) || namespace === metadata.namespace
}

const shortestMs = 10_000

function intervalOf({ interval = '1m' }: Strategy, remarks: ImportRemark[]): string {
  if ((parseDuration(interval) ?? shortestMs) >= shortestMs) return interval
  const message = `${interval} between two steps becomes 10s, the shortest interval`
  remarks.push(remark('changed', 'spec.strategy', message))
  return '10s'
}

/** What is wrong with the Canary as it has become, such as a name that is too long. */
function problemsOf(stored: KubeObject): ImportRemark[] {
  const { canary, problems } = parseCanary(stored, { meshProvider: '', metricsServer: '' })
  const found = [...problems, ...nameProblems(canary)]
  return found.map((one) => remark('essential', 'Canary', one))
}

interface Target {
  name: string
  /** What is printed of it. */
  objects: KubeObject[]
  template: NonNullable<Rollout['spec']>['template']
}

/** The Deployment that a Rollout refers to, or one that is made of it. */
function targetOf(
  rollout: Rollout,
  around: readonly KubeObject[],
  remarks: ImportRemark[],
): Target {
  const { workloadRef, template, selector, replicas } = rollout.spec ?? {}
  const { name } = rollout.metadata
  if (workloadRef?.name !== undefined) {
    const referred = around.find(
      (one) => one.kind === workloadRef.kind && one.metadata.name === workloadRef.name,
    ) as Rollout | undefined
    if (workloadRef.kind !== 'Deployment') {
      const kind = `it refers to a ${workloadRef.kind ?? 'kind without a name'}, and a Canary has no such target: make a Deployment of it`
      remarks.push(remark('essential', 'spec.workloadRef', kind))
    }
    const message = 'the Deployment may be at zero replicas: give it its size before the Canary'
    remarks.push(remark('todo', 'spec.workloadRef', message))
    return { name: workloadRef.name, objects: [], template: referred?.spec?.template }
  }
  if (!template) {
    const message =
      'there are no pods to make a Deployment of: spec.template and workloadRef are missing'
    remarks.push(remark('essential', 'spec.template', message))
  }
  const labels = selector?.matchLabels ?? {}
  if (!usualSelectorLabels.some((key) => key in labels)) {
    const message = `the pods are selected by none of ${usualSelectorLabels.join(', ')}; add one, or start the controller with -selector-labels`
    remarks.push(remark('essential', 'spec.selector', message))
  }
  const { minReadySeconds, revisionHistoryLimit, progressDeadlineSeconds } = rollout.spec ?? {}
  const spec = {
    ...(replicas !== undefined && { replicas }),
    ...(minReadySeconds !== undefined && { minReadySeconds }),
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
    ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
    ...(selector && { selector }),
    ...(template && { template }),
  }
  const deployment = { ...rollout, apiVersion: 'apps/v1', kind: 'Deployment' }
  return { name, objects: [withSpec(deployment, spec)], template }
}

const readOfRollout = [
  ...['replicas', 'selector', 'template', 'workloadRef', 'strategy', 'paused', 'minReadySeconds'],
  ...['revisionHistoryLimit', 'progressDeadlineSeconds'],
  // How many analyses are kept, a restart that has been, and what every Canary does.
  ...['analysis', 'restartAt', 'progressDeadlineAbort'],
]

/** What a Rollout says of itself, beside pods and strategy. */
function ownRemarks({ spec, metadata }: Rollout): ImportRemark[] {
  const isTold = Object.keys(metadata.annotations ?? {}).some(isNotification)
  const paused = 'it is paused: hold the Canary, too, once it is there (pause)'
  const alerts = 'notifications are sent by AlertProviders: write spec.analysis.alerts'
  return [
    ...(spec?.paused ? [remark('todo', 'spec.paused', paused)] : []),
    ...others(spec, readOfRollout).map((name) =>
      remark('lost', `spec.${name}`, 'has no counterpart'),
    ),
    ...(isTold ? [remark('lost', 'metadata.annotations', alerts)] : []),
  ]
}

function isNotification(annotation: string): boolean {
  return annotation.startsWith('notifications.argoproj.io/')
}

/** Those that people and their tools wrote; the rest is what servers and controllers noted. */
function keptAnnotations({ annotations = {} }: KubeObject['metadata']): object {
  const noted = /^(kubectl\.kubernetes\.io\/last-applied|(rollout|notifications)\.argoproj\.io\/)/
  const kept = Object.entries(annotations).filter(([name]) => !noted.test(name))
  return kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}
}

function deadlineOf({ spec }: Rollout): object {
  const { progressDeadlineSeconds } = spec ?? {}
  return progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }
}

function serviceOf(
  { apex, service }: Strategy,
  { name, template }: Target,
  around: readonly KubeObject[],
  remarks: ImportRemark[],
): object {
  const wanted = apex ?? name
  const own = around.find(({ kind, metadata }) => kind === 'Service' && metadata.name === wanted)
  const containers = template?.spec?.containers
  const ports = portsFor({ own, containers: Array.isArray(containers) ? containers : [] })
  const field = 'spec.service.port'
  if (!ports)
    remarks.push(
      remark('essential', field, 'neither Service nor container names a port: 80 is a guess'),
    )
  if (own) remarks.push(remark('todo', `Service ${wanted}`, 'will be taken over by the controller'))
  return { ...(apex && apex !== name && { name: apex }), ...(ports ?? { port: 80 }), ...service }
}

/** The autoscaler of the Rollout, which is to scale the Deployment. */
function scalerOf(
  rollout: Rollout,
  target: string,
  around: readonly KubeObject[],
): KubeObject | undefined {
  const found = around.find((one) => {
    const { spec } = one as { spec?: { scaleTargetRef?: { kind?: string; name?: string } } }
    const aim = spec?.scaleTargetRef
    return aim?.kind === 'Rollout' && aim.name === rollout.metadata.name
  })
  if (!found) return undefined
  const { spec } = found as { spec?: object }
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: target }
  return withSpec(found, { ...spec, scaleTargetRef })
}

/** Another spec under the same name, without what a server adds. */
function withSpec({ apiVersion, kind, metadata }: KubeObject, spec: object): KubeObject {
  const { name, namespace, labels } = metadata
  const named = { name, ...(namespace && { namespace }), ...(labels && { labels }) }
  const kept = { ...named, ...keptAnnotations(metadata) }
  return Object.assign({ apiVersion, kind, metadata: kept }, { spec })
}

function commentsFor({ isSwitch }: Strategy, hasMetrics: boolean): Record<string, string> {
  return {
    'spec.provider': 'who splits the traffic',
    'spec.service': 'the Service that users call; NAME-primary and NAME-canary are made beside it',
    'spec.analysis.interval': 'the time between two checks, and two steps',
    'spec.analysis.threshold': hasMetrics
      ? 'so many failed checks roll back: failureLimit and one'
      : 'so many failed checks roll back',
    'spec.analysis.stepWeights': 'percent of the users, one after the other',
    'spec.analysis.iterations': isSwitch
      ? 'so many checks must pass before everybody is switched'
      : 'so many checks must pass before the promotion',
    'spec.analysis.webhooks': 'gates without an address: kubectl canary promote opens them',
  }
}

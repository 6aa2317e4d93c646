/** A first Canary for a workload, with the reason of each choice. Pure. */
import { withoutTraffic } from '../canary/providers.gen.ts'
import { UsageError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { shownScaler } from '../report/shown-kinds.ts'
import { aimOf } from '../scalers/pair.ts'
import type { Container, Templated } from '../workloads/pods/pod-template.ts'
import { usualSelectorLabels } from '../workloads/workload.ts'
import { ownQueries } from './own-queries.ts'

export const strategies = ['canary', 'ab', 'blue-green', 'mirror'] as const

export type DraftStrategy = (typeof strategies)[number]

export interface DraftOptions {
  name: string | undefined
  port: number | undefined
  /** Absent leaves it to the controller. */
  provider: string | undefined
  strategy: DraftStrategy
  interval: string
  maxWeight: number
  stepWeight: number
  stepWeights: readonly number[]
  threshold: number
  successRate: number
  /** Milliseconds. */
  latencyMs: number
  loadTest: boolean
  /** `auto` is the one that scales the target, `none` leaves it out, others are names. */
  hpa: string
  /** The built-in queries as templates, to be changed by hand. */
  metricTemplates: boolean
  gate: 'rollout' | 'promotion' | 'traffic' | undefined
}

/** What there is beside the workload. */
export interface Surroundings {
  services: readonly KubeObject[]
  autoscalers: readonly KubeObject[]
}

export interface Draft {
  canary: KubeObject
  /** What the Canary refers to, and there is not yet. */
  templates: KubeObject[]
  /** Behind the path of a field, why it is so. */
  comments: Readonly<Record<string, string>>
  /** What was found, and what is still to be done. */
  notes: string[]
}

/** A reason not to write one. */
export interface Refused {
  why: string
}

/**
 * A Canary for the workload. Refused where no label tells its pods from those of a primary, or the
 * autoscaler that was named is not there. Throws UsageError where nobody names a port.
 */
export function draftCanary(
  workload: Templated,
  around: Surroundings,
  options: DraftOptions,
): Draft | Refused {
  const { kind, metadata } = workload
  const labels = workload.spec.selector.matchLabels ?? {}
  if (!usualSelectorLabels.some((key) => key in labels))
    return {
      why: `${kind.toLowerCase()}/${metadata.name} selects its pods by none of ${usualSelectorLabels.join(', ')}; add one to its selector, or start the controller with -selector-labels`,
    }
  const name = options.name ?? metadata.name
  const service = serviceOf(workload, around, options)
  const scaler = scalerOf(workload, around, options.hpa)
  if (scaler && 'why' in scaler) return scaler
  const queries = options.metricTemplates
    ? ownQueries(name, metadata.namespace, options)
    : undefined
  const own = around.services.find((one) => one.metadata.name === metadata.name)
  const { provider } = options
  const canary = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, ...(metadata.namespace && { namespace: metadata.namespace }) },
    spec: {
      ...(provider !== undefined && { provider }),
      targetRef: { apiVersion: 'apps/v1', kind, name: metadata.name },
      ...(scaler && { autoscalerRef: refTo(scaler) }),
      service,
      analysis: {
        ...analysisOf(options, hooksOf(addressOf(workload, service), workload, options)),
        ...(queries && { metrics: queries.metrics }),
      },
    },
  }
  return {
    canary,
    templates: queries?.templates ?? [],
    comments: commentsFor(options),
    notes: [
      ...(own ? [`the Service "${own.metadata.name}" will be taken over by the controller`] : []),
      ...(scaler ? [`the primary gets a copy of ${scaler.kind} "${scaler.metadata.name}"`] : []),
      ...(options.loadTest ? [] : ['without requests the metrics have no values: see --load-test']),
      ...(movesNothing(provider)
        ? ['no mesh or ingress was found: the canary is checked before everybody is switched']
        : []),
    ],
  }
}

function serviceOf(workload: Templated, { services }: Surroundings, { port }: DraftOptions) {
  const own = services.find(({ metadata }) => metadata.name === workload.metadata.name)
  const { containers } = workload.spec.template.spec
  const found = portsFor({ own, containers, port })
  if (found) return found
  throw new UsageError(
    `${workload.kind.toLowerCase()}/${workload.metadata.name} names no port; give it with --port`,
  )
}

/**
 * The port that users call: the one given, that of the Service `own`, or the first of a container.
 * Undefined where nobody names one.
 */
export function portsFor({
  own,
  containers,
  port,
}: {
  own: KubeObject | undefined
  containers: readonly Container[]
  port?: number | undefined
}): Port | undefined {
  const [existing] = portsOf(own)
  const [first] = containers.flatMap((one) => one.ports ?? [])
  const found = port ?? existing?.port ?? first?.containerPort
  if (found === undefined) return undefined
  const target = existing?.targetPort ?? first?.name ?? first?.containerPort
  return { port: found, ...(target !== undefined && target !== found && { targetPort: target }) }
}

interface Port {
  port: number
  targetPort?: number | string
}

function portsOf(service: KubeObject | undefined): Port[] {
  const { spec } = (service ?? {}) as { spec?: { ports?: Port[] } }
  return spec?.ports ?? []
}

function scalerOf(
  workload: Templated,
  { autoscalers }: Surroundings,
  wanted: string,
): KubeObject | Refused | undefined {
  if (wanted === 'none') return undefined
  if (wanted === 'auto') return autoscalers.find((one) => scales(one, workload))
  const named = autoscalers.find(({ metadata }) => metadata.name === wanted)
  const object = `${workload.kind.toLowerCase()}/${workload.metadata.name}`
  return named ?? { why: `there is no autoscaler "${wanted}" beside ${object}` }
}

/** Some autoscalers make others, which are theirs. */
function scales(object: KubeObject, { kind, metadata }: Templated): boolean {
  const aim = aimOf(object)
  const isMade = object.metadata.ownerReferences?.some((owner) => shownScaler(owner))
  return aim.name === metadata.name && aim.kind === kind && !isMade
}

function movesNothing(provider = ''): boolean {
  return withoutTraffic.includes(provider)
}

/** The reference by which a Canary names the object. */
export function refTo({ apiVersion, kind, metadata }: KubeObject) {
  return { apiVersion, kind, name: metadata.name }
}

function analysisOf(of: DraftOptions, hooks: object): object {
  return {
    interval: of.interval,
    threshold: of.threshold,
    ...stepsOf(of),
    metrics: [
      {
        ...{ name: 'request-success-rate', interval: of.interval },
        thresholdRange: { min: of.successRate },
      },
      {
        ...{ name: 'request-duration', interval: of.interval },
        thresholdRange: { max: of.latencyMs },
      },
    ],
    ...hooks,
  }
}

function stepsOf(of: DraftOptions): object {
  if (of.strategy === 'ab')
    return { iterations: 10, match: [{ headers: { 'x-canary': { exact: 'insider' } } }] }
  if (of.strategy === 'blue-green' || movesNothing(of.provider)) return { iterations: 10 }
  const mirror = of.strategy === 'mirror' ? { mirror: true } : {}
  const steps =
    of.stepWeights.length > 0
      ? { stepWeights: [...of.stepWeights] }
      : { stepWeight: of.stepWeight, maxWeight: of.maxWeight }
  return { ...steps, ...mirror }
}

const gates = {
  rollout: 'confirm-rollout',
  promotion: 'confirm-promotion',
  traffic: 'confirm-traffic-increase',
} as const

/** Of the canary alone, which has a Service beside that of the users. */
function addressOf({ metadata }: Templated, { port }: Port): string {
  const { name, namespace = 'default' } = metadata
  return `http://${name}-canary.${namespace}${port === 80 ? '' : `:${port}`}/`
}

function hooksOf(address: string, { metadata }: Templated, of: DraftOptions): object {
  const { namespace = 'default' } = metadata
  const load = {
    name: 'load-test',
    type: 'rollout',
    url: `http://flagger-loadtester.${namespace}/`,
    timeout: '5s',
    metadata: { cmd: `hey -z ${of.interval} -q 10 -c 2 ${address}` },
  }
  const gate = of.gate && { name: `${of.gate} gate`, type: gates[of.gate], url: '' }
  const webhooks = [...(of.loadTest ? [load] : []), ...(gate ? [gate] : [])]
  return webhooks.length > 0 ? { webhooks } : {}
}

function commentsFor({ strategy, provider, gate }: DraftOptions): Record<string, string> {
  const isSwitched = strategy === 'blue-green' || movesNothing(provider)
  return {
    'spec.provider': 'who splits the traffic',
    'spec.targetRef': 'what is released; its copy, NAME-primary, serves the users',
    'spec.autoscalerRef': 'the primary gets a copy of it',
    'spec.service': 'the port that users call',
    'spec.analysis.interval': 'the time between two checks, and two steps',
    'spec.analysis.threshold': 'so many failed checks roll back',
    'spec.analysis.stepWeight': 'percent of the users, more after each check that passed',
    'spec.analysis.stepWeights': 'percent of the users, one after the other',
    'spec.analysis.iterations': isSwitched
      ? 'so many checks must pass before everybody is switched'
      : 'so many checks must pass before the promotion',
    'spec.analysis.match': 'who meets the canary; change it to what your users send',
    'spec.analysis.mirror': 'requests are copied to the canary before it answers any',
    'spec.analysis.metrics': 'percent of good answers, and milliseconds of the slowest percent',
    'spec.analysis.webhooks': gate
      ? 'the gate has no address: kubectl canary promote opens it for a run'
      : 'requests for the canary, so that there is something to measure',
  }
}

/** How a Rollout tries a new version, in the words of an analysis. Pure. */
import type { KubeObject } from '../../objects.ts'
import type { HookType } from './gates.ts'
import {
  type AnalysisUse,
  type BlueGreen,
  type CanaryStrategy,
  type ImportRemark,
  listOf,
  others,
  type Rollout,
  remark,
} from './rollout.ts'
import { routingOf } from './routing.ts'
import { type Plan, planOf } from './steps.ts'

export interface Strategy {
  provider: string
  /** Of the Canary, beside the provider. */
  spec: object
  /** Of its service, beside name and port. */
  service: object
  /** The Service that users call. */
  apex: string | undefined
  interval: string | undefined
  /** The steps of the analysis; `count` is how often its metrics are measured at most. */
  steps(count: number | undefined): object
  /** Everybody is switched at once. */
  isSwitch: boolean
  gates: HookType[]
  analyses: AnalysisUse[]
  /** Services that are not used any more, and those in their place; queries name them. */
  renamed: Readonly<Record<string, string>>
  remarks: ImportRemark[]
}

const ofCanary = [
  ...['stableService', 'canaryService', 'steps', 'analysis', 'trafficRouting'],
  // The controller has pods of its own for both versions, whatever the weight.
  ...['maxSurge', 'maxUnavailable', 'dynamicStableScale'],
]
const ofBlueGreen = [
  ...['activeService', 'previewService', 'autoPromotionEnabled', 'autoPromotionSeconds'],
  ...['prePromotionAnalysis', 'postPromotionAnalysis'],
]

/**
 * Blue-green where the Rollout has it, else in steps. `around` are the other objects of the import,
 * in which its routes are found; `provider` is the one that the user asks for.
 */
export function strategyOf(
  rollout: Rollout,
  around: readonly KubeObject[],
  provider: string | undefined,
): Strategy {
  const { canary, blueGreen, ...strange } = rollout.spec?.strategy ?? {}
  const found = blueGreen ? switched(blueGreen, provider) : stepped(canary ?? {}, around, provider)
  const field = 'spec.strategy'
  const unread = Object.keys(strange).map((name) => `${field}.${name}`)
  if (blueGreen && canary) unread.push(`${field}.canary`)
  const message = 'is left out: a Rollout has either canary or blueGreen'
  return {
    ...found,
    remarks: [...unread.map((one) => remark('essential', one, message)), ...found.remarks],
  }
}

function stepped(
  canary: CanaryStrategy,
  around: readonly KubeObject[],
  given: string | undefined,
): Strategy {
  const plan = planOf(listOf(canary.steps))
  const routing = routingOf(canary.trafficRouting, around)
  const provider = given ?? routing.provider ?? 'kubernetes'
  const isSwitch = provider === 'kubernetes'
  const field = 'spec.strategy.canary'
  const renamed = leftServices(canary, routing.root)
  const remarks = [
    ...(given === undefined ? routing.remarks : []),
    ...plan.remarks,
    ...others(canary, ofCanary).map((name) => lost(field, name)),
    ...Object.entries(renamed).map(([service, instead]) => unused(service, instead)),
    ...(isSwitch && plan.weights.length > 0
      ? [remark('essential', field, noSplit(canary.trafficRouting !== undefined))]
      : []),
    ...(plan.weights.length + plan.match.length === 0 && !isSwitch
      ? [remark('changed', `${field}.steps`, 'no weights: 10 to 50 percent by 10 were chosen')]
      : []),
    ...(plan.weights.length + plan.match.length === 0 && isSwitch
      ? [remark('changed', field, noSteps)]
      : []),
    ...(canary.analysis?.startingStep
      ? [remark('changed', `${field}.analysis.startingStep`, 'metrics are checked from the start')]
      : []),
  ]
  return {
    ...{ provider, spec: routing.spec, service: routing.service, isSwitch, remarks },
    apex: routing.root ?? canary.stableService,
    interval: plan.interval,
    steps: (count) => stepsOf(plan, isSwitch, count),
    gates: plan.gates,
    renamed,
    analyses: [...(canary.analysis ? [canary.analysis] : []), ...plan.analyses],
  }
}

const noSteps =
  'without weights pods were replaced one after the other; here the new version has pods of its own, and everybody is switched to it at once'

function noSplit(isRouted: boolean): string {
  const was = isRouted ? '' : 'the traffic followed the number of pods; '
  return `${was}weights need a mesh or an ingress here (--provider), and without one everybody is switched at once`
}

function stepsOf(plan: Plan, isSwitch: boolean, count: number | undefined): object {
  if (plan.match.length > 0) return { iterations: count ?? 10, match: plan.match }
  if (isSwitch) return { iterations: count ?? Math.max(1, plan.weights.length) }
  const { mirrorWeight } = plan
  return {
    ...(plan.weights.length > 0
      ? { stepWeights: plan.weights }
      : { stepWeight: 10, maxWeight: 50 }),
    ...(mirrorWeight !== undefined && { mirror: true }),
    ...(mirrorWeight !== undefined && mirrorWeight < 100 && { mirrorWeight }),
  }
}

function switched(blueGreen: BlueGreen, given: string | undefined): Strategy {
  const { autoPromotionEnabled, autoPromotionSeconds, postPromotionAnalysis } = blueGreen
  const field = 'spec.strategy.blueGreen'
  const { activeService, previewService } = blueGreen
  const after = 'nothing is measured after the promotion; its metrics are left out'
  return {
    ...{ provider: given ?? 'kubernetes', spec: {}, service: {}, isSwitch: true },
    apex: activeService,
    renamed: previewService ? { [previewService]: `${activeService}-canary` } : {},
    interval: autoPromotionSeconds ? `${autoPromotionSeconds}s` : undefined,
    steps: (count) => ({ iterations: count ?? 1 }),
    gates: autoPromotionEnabled === false && !autoPromotionSeconds ? ['confirm-promotion'] : [],
    analyses: blueGreen.prePromotionAnalysis ? [blueGreen.prePromotionAnalysis] : [],
    remarks: [
      ...others(blueGreen, ofBlueGreen).map((name) => lost(field, name)),
      ...(previewService ? [unused(previewService, `${activeService}-canary`)] : []),
      ...(postPromotionAnalysis ? [remark('lost', `${field}.postPromotionAnalysis`, after)] : []),
    ],
  }
}

function lost(field: string, name: string): ImportRemark {
  return remark('lost', `${field}.${name}`, 'has no counterpart')
}

/** Those that Argo Rollouts led to the two versions, and what the controller makes of each. */
function leftServices(
  { canaryService, stableService }: CanaryStrategy,
  root?: string,
): Record<string, string> {
  const apex = root ?? stableService ?? 'NAME'
  return {
    ...(canaryService && { [canaryService]: `${apex}-canary` }),
    ...(root && stableService && { [stableService]: `${apex}-primary` }),
  }
}

function unused(service: string, instead: string): ImportRemark {
  const message =
    service === instead
      ? 'will be taken over by the controller'
      : `is not used any more: the controller makes ${instead} in its place`
  return remark('todo', `Service ${service}`, message)
}

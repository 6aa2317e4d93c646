/** Rules that keep pods apart, or together: the primary's must speak of the primary's pods. */
import type { Affinity, LabelSelector, PodAffinityTerm, PodSpec } from './pod-template.ts'
import { selects } from './selector.ts'

export interface AffinityRewrite {
  /** Labels of the pods as they are before: those that draw each other are known by these. */
  own: Readonly<Record<string, string>>
  /** Label keys whose values are rewritten. */
  keys: readonly string[]
  /** Old value to new value. */
  values: Readonly<Record<string, string>>
}

/**
 * Anti-affinity and topology spread with these label values replaced, and affinity where it draws
 * the pods to each other: those of the target rest, so that the primary's would fit on no node.
 * Other rules stay.
 */
export function rewriteAffinity(spec: PodSpec, rewrite: AffinityRewrite): PodSpec {
  const { affinity, topologySpreadConstraints } = spec
  return {
    ...spec,
    ...(affinity && { affinity: rewritten(affinity, rewrite) }),
    ...(topologySpreadConstraints && {
      topologySpreadConstraints: topologySpreadConstraints.map((one) => term(one, rewrite)),
    }),
  }
}

function rewritten(affinity: Affinity, rewrite: AffinityRewrite): Affinity {
  const { podAntiAffinity, podAffinity } = affinity
  const toEachOther = (one: PodAffinityTerm) => (isOwn(one, rewrite) ? term(one, rewrite) : one)
  return {
    ...affinity,
    ...(podAntiAffinity && {
      podAntiAffinity: rules(podAntiAffinity, (one) => term(one, rewrite)),
    }),
    ...(podAffinity && { podAffinity: rules(podAffinity, toEachOther) }),
  }
}

function isOwn(
  { labelSelector, namespaces, namespaceSelector }: PodAffinityTerm,
  { own }: AffinityRewrite,
): boolean {
  return !namespaces && !namespaceSelector && selects(labelSelector, own)
}

function rules(all: PodRules, change: (one: PodAffinityTerm) => PodAffinityTerm): PodRules {
  const {
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  } = all
  return {
    ...all,
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((one) => ({
        ...one,
        podAffinityTerm: change(one.podAffinityTerm),
      })),
    }),
    ...(required && { requiredDuringSchedulingIgnoredDuringExecution: required.map(change) }),
  }
}

type PodRules = NonNullable<Affinity['podAffinity']>

function term<T extends PodAffinityTerm>(one: T, rewrite: AffinityRewrite): T {
  const { labelSelector } = one
  return labelSelector ? { ...one, labelSelector: selector(labelSelector, rewrite) } : one
}

function selector(labels: LabelSelector, { keys, values }: AffinityRewrite): LabelSelector {
  const { matchLabels, matchExpressions } = labels
  return {
    ...labels,
    ...(matchLabels && {
      matchLabels: Object.fromEntries(
        Object.entries(matchLabels).map(([key, value]) => [
          key,
          keys.includes(key) ? replaced(value, values) : value,
        ]),
      ),
    }),
    ...(matchExpressions && {
      matchExpressions: matchExpressions.map((expression) =>
        keys.includes(expression.key) && expression.values
          ? { ...expression, values: firstReplaced(expression.values, values) }
          : expression,
      ),
    }),
  }
}

/** Only the first match: whoever lists target and primary wants both to be avoided. */
function firstReplaced(list: string[], values: Readonly<Record<string, string>>): string[] {
  const at = list.findIndex((value) => Object.hasOwn(values, value))
  return list.map((value, index) => (index === at ? replaced(value, values) : value))
}

function replaced(value: string, values: Readonly<Record<string, string>>): string {
  return (Object.hasOwn(values, value) ? values[value] : undefined) ?? value
}

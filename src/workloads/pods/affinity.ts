/** Rules that keep pods apart: the primary's must speak of the primary's pods. */
import type { Affinity, LabelSelector, PodAffinityTerm, PodSpec } from './pod-template.ts'

export interface AffinityRewrite {
  /** Label keys whose values are rewritten. */
  keys: readonly string[]
  /** Old value to new value. */
  values: Readonly<Record<string, string>>
}

/** Anti-affinity and topology spread with these label values replaced; other rules stay. */
export function rewriteAffinity(spec: PodSpec, rewrite: AffinityRewrite): PodSpec {
  const { affinity, topologySpreadConstraints } = spec
  return {
    ...spec,
    ...(affinity?.podAntiAffinity && { affinity: antiAffinity(affinity, rewrite) }),
    ...(topologySpreadConstraints && {
      topologySpreadConstraints: topologySpreadConstraints.map((one) => term(one, rewrite)),
    }),
  }
}

function antiAffinity(affinity: Affinity, rewrite: AffinityRewrite): Affinity {
  const {
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  } = affinity.podAntiAffinity ?? {}
  return {
    ...affinity,
    podAntiAffinity: {
      ...affinity.podAntiAffinity,
      ...(preferred && {
        preferredDuringSchedulingIgnoredDuringExecution: preferred.map((one) => ({
          ...one,
          podAffinityTerm: term(one.podAffinityTerm, rewrite),
        })),
      }),
      ...(required && {
        requiredDuringSchedulingIgnoredDuringExecution: required.map((one) => term(one, rewrite)),
      }),
    },
  }
}

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

/** The rewriting of a pod template that makes it the primary's, and the way back. */

import { type Identity, primaryLabels, targetLabels } from '../identity/identity.ts'
import { keep, withoutToolkit } from '../metadata.ts'
import { type AffinityRewrite, rewriteAffinity } from '../pods/affinity.ts'
import { type ConfigRef, renameConfigs } from '../pods/config-refs.ts'
import type { PodTemplate } from '../pods/pod-template.ts'

/** Changes whenever a promotion must restart the pods, though the rest is the same. */
const idAnnotation = 'flagger-id'

export interface Rewriting {
  identity: Identity
  /** Labels that may select pods; rules that keep pods apart are rewritten where they use one. */
  selectorLabels: readonly string[]
  targetName: string
}

/** The template of the primary for a target's template. */
export function primaryTemplate(
  template: PodTemplate,
  rewriting: Rewriting,
  own: { id: string; isTracked: (ref: ConfigRef) => boolean },
): PodTemplate {
  const { identity } = rewriting
  const { metadata } = template
  const annotations = withoutId(withoutToolkit(metadata?.annotations))
  const named = renameConfigs(template.spec, (ref) =>
    own.isTracked(ref) ? `${ref.name}-primary` : ref.name,
  )
  return {
    metadata: {
      labels: primaryLabels(withoutToolkit(metadata?.labels), identity),
      annotations: { ...annotations, [idAnnotation]: own.id },
    },
    spec: rewriteAffinity(
      named,
      affinityOf(rewriting, metadata?.labels, (target, primary) => [target, primary]),
    ),
  }
}

/** The target's template that led to a primary's; `isCopy` knows the ConfigMaps of its own. */
export function targetTemplate(
  template: PodTemplate,
  rewriting: Rewriting,
  isCopy: (ref: ConfigRef) => boolean,
): PodTemplate {
  const { identity } = rewriting
  const { metadata } = template
  const annotations = withoutId(metadata?.annotations ?? {})
  const named = renameConfigs(template.spec, (ref) =>
    isCopy(ref) ? ref.name.replace(/-primary$/, '') : ref.name,
  )
  return {
    metadata: {
      labels: targetLabels(metadata?.labels ?? {}, identity),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: rewriteAffinity(
      named,
      affinityOf(rewriting, metadata?.labels, (target, primary) => [primary, target]),
    ),
  }
}

/** Of which revision and configuration a primary was made; undefined where nobody made it of one. */
export function idOfTemplate({ metadata }: PodTemplate): string | undefined {
  return metadata?.annotations?.[idAnnotation]
}

/** A template without what differs between two promotions of the same revision. */
export function withoutFlaggerId({ metadata, spec }: PodTemplate): PodTemplate {
  return {
    metadata: {
      labels: metadata?.labels ?? {},
      annotations: withoutId(metadata?.annotations ?? {}),
    },
    spec,
  }
}

const withoutId = (annotations: Record<string, string>): Record<string, string> =>
  keep(annotations, (key) => key !== idAnnotation)

/** Rules may name the pods by the workload's name or by a value that selects them. */
function affinityOf(
  { identity, selectorLabels, targetName }: Rewriting,
  own: Record<string, string> = {},
  pair: (target: string, primary: string) => [string, string],
): AffinityRewrite {
  const { key, marks } = identity
  const values = Object.values(marks).map(({ target, primary }) => pair(target, primary))
  return {
    own,
    keys: selectorLabels.includes(key) ? selectorLabels : [...selectorLabels, key],
    values: Object.fromEntries([pair(targetName, `${targetName}-primary`), ...values]),
  }
}

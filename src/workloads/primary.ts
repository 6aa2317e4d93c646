/** The rewriting of a pod template that makes it the primary's, and the way back. */
import { rewriteAffinity } from './affinity.ts'
import { type ConfigRef, renameConfigs } from './config-refs.ts'
import { keep, withoutToolkit } from './metadata.ts'
import type { PodTemplate } from './pod-template.ts'
import type { Selector } from './selector.ts'

/** Changes whenever a promotion must restart the pods, though the rest is the same. */
const idAnnotation = 'flagger-id'

export interface Rewriting {
  selector: Selector
  /** Labels that may select pods; anti-affinity rules are rewritten where they use one. */
  selectorLabels: readonly string[]
  targetName: string
}

/** The template of the primary for a target's template. */
export function primaryTemplate(
  template: PodTemplate,
  rewriting: Rewriting,
  own: { id: string; isTracked: (ref: ConfigRef) => boolean },
): PodTemplate {
  const { selector } = rewriting
  const { metadata } = template
  const annotations = withoutId(withoutToolkit(metadata?.annotations))
  const named = renameConfigs(template.spec, (ref) =>
    own.isTracked(ref) ? `${ref.name}-primary` : ref.name,
  )
  return {
    metadata: {
      labels: { ...withoutToolkit(metadata?.labels), [selector.key]: `${selector.value}-primary` },
      annotations: { ...annotations, [idAnnotation]: own.id },
    },
    spec: rewriteAffinity(named, {
      keys: rewriting.selectorLabels,
      values: suffixed(rewriting, (name) => [name, `${name}-primary`]),
    }),
  }
}

/** The target's template that led to a primary's; `isCopy` knows the ConfigMaps of its own. */
export function targetTemplate(
  template: PodTemplate,
  rewriting: Rewriting,
  isCopy: (ref: ConfigRef) => boolean,
): PodTemplate {
  const { selector } = rewriting
  const { metadata } = template
  const annotations = withoutId(metadata?.annotations ?? {})
  const named = renameConfigs(template.spec, (ref) =>
    isCopy(ref) ? ref.name.replace(/-primary$/, '') : ref.name,
  )
  return {
    metadata: {
      labels: { ...metadata?.labels, [selector.key]: selector.value },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: rewriteAffinity(named, {
      keys: rewriting.selectorLabels,
      values: suffixed(rewriting, (name) => [`${name}-primary`, name]),
    }),
  }
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

/** Rules may name the pods by the workload's name or by the value that selects them. */
function suffixed(
  { selector, targetName }: Rewriting,
  pair: (name: string) => [string, string],
): Record<string, string> {
  return Object.fromEntries([targetName, selector.value].map(pair))
}

/** The label by which Services tell target and primary pods apart. */
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import type { LabelSelector } from './pod-template.ts'

export interface Selector {
  key: string
  /** Value on the target's pods; the primary's have the suffix `-primary`. */
  value: string
}

interface Selecting extends KubeObject {
  spec: { selector: LabelSelector }
}

/**
 * The first of these labels that the workload selects its pods by. Throws InvalidSpecError when it
 * selects by none of them.
 */
export function selectorOf(workload: Selecting, keys: readonly string[]): Selector {
  const { matchLabels } = workload.spec.selector
  for (const key of keys) {
    const value = matchLabels?.[key]
    if (value !== undefined) return { key, value }
  }
  const { kind, metadata } = workload
  throw new InvalidSpecError(
    `getSelectorLabel failed: ${kind.toLowerCase()} ${metadata.name}.${metadata.namespace ?? ''} ` +
      `spec.selector.matchLabels must contain one of [${keys.join(' ')}]`,
  )
}

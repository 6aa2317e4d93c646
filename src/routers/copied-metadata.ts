/** Labels and annotations for the copy of an object of the user's. */
import type { KubeObject } from '../objects.ts'
import { isOfTool } from '../workloads/metadata.ts'
import { lastApplied, type Texts } from './metadata.ts'

/**
 * Those of the user's object, but for what ties one object to a tool that would then adopt, prune
 * or answer for the copy as well.
 */
export function copiedMetadata(
  { metadata }: KubeObject,
  isLeftOut: (annotation: string) => boolean = () => false,
): { labels: Texts; annotations: Texts } {
  const { labels = {}, annotations = {} } = metadata
  return {
    labels: withoutKeys(labels, isTiedToTool),
    annotations: withoutKeys(annotations, (key) => isTiedToTool(key) || isLeftOut(key)),
  }
}

const toolKeys = ['app.kubernetes.io/managed-by', 'kubernetes.io/tls-acme', lastApplied]

function isTiedToTool(key: string): boolean {
  return toolKeys.includes(key) || isOfTool(key)
}

function withoutKeys(map: Texts, isLeftOut: (key: string) => boolean): Texts {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !isLeftOut(key)))
}

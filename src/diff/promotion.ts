/** `CanaryDiff`: what a promotion would change. Pure. */
import type { KubeObject } from '../objects.ts'
import { keep } from '../workloads/metadata.ts'
import { changesBetween, type FieldChange } from './changes.ts'

export interface ObjectDiff {
  kind: string
  name: string
  /** It does not exist yet. */
  isNew: boolean
  changes: FieldChange[]
}

export interface CanaryDiff {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryDiff'
  metadata: { name: string; namespace: string }
  objects: ObjectDiff[]
}

/** An object as it is, and as it would be. */
export interface Pair {
  found: KubeObject | undefined
  wanted: KubeObject
}

/** Secret values are masked, unless they are asked for. */
export function promotionDiff(
  metadata: CanaryDiff['metadata'],
  pairs: readonly Pair[],
  { showSecrets }: { showSecrets: boolean },
): CanaryDiff {
  const objects = pairs.flatMap(({ found, wanted }): ObjectDiff[] => {
    const before = found ? comparable(found) : { kind: null }
    const changes = changesBetween(before, comparable(wanted)).filter(({ path }) => path !== 'kind')
    if (changes.length === 0) return []
    const isSecret = wanted.kind === 'Secret' && !showSecrets
    const shown = isSecret ? changes.flatMap(masked) : changes
    return [{ kind: wanted.kind, name: wanted.metadata.name, isNew: !found, changes: shown }]
  })
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryDiff', metadata, objects }
}

/** Changes at each promotion, and tells nothing. */
const noise = /^(flagger-id|deployment\.kubernetes\.io\/revision|kubectl\.kubernetes\.io\/.*)$/

/** Without what the server keeps, and what differs in every promotion. */
function comparable(object: KubeObject): unknown {
  const { metadata, kind, apiVersion: _, ...rest } = object as KubeObject & Record<string, unknown>
  const { labels, annotations } = metadata
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'status'))
  return {
    kind,
    metadata: { labels: labels ?? {}, annotations: quiet(annotations) },
    ...fields,
    ...(isTemplated(fields) && { spec: withQuietTemplate(fields.spec) }),
  }
}

function quiet(annotations: Record<string, string> = {}): Record<string, string> {
  return keep(annotations, (key) => !noise.test(key))
}

interface WithTemplate {
  template: { metadata?: { annotations?: Record<string, string> } }
}

function isTemplated(fields: object): fields is { spec: WithTemplate } {
  const { spec } = fields as { spec?: unknown }
  return typeof spec === 'object' && spec !== null && 'template' in spec
}

function withQuietTemplate(spec: WithTemplate): unknown {
  const { template } = spec
  const { metadata } = template
  const annotations = quiet(metadata?.annotations)
  return { ...spec, template: { ...template, metadata: { ...metadata, annotations } } }
}

/** `***`, on both sides where it differs; the names of the keys are no secret. */
function masked(change: FieldChange): FieldChange[] {
  const { path, before, after } = change
  if (path !== 'data' && path !== 'stringData')
    return /^(data|stringData)[.[]/.test(path) ? [hidden(change)] : [change]
  return changesBetween(before ?? {}, after ?? {}, path).map(hidden)
}

function hidden({ path, before, after }: FieldChange): FieldChange {
  const hide = (value: unknown) => (value === null || value === undefined ? null : '***')
  return { path, before: hide(before), after: hide(after), masked: true }
}

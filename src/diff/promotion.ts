/** `CanaryDiff`: what a promotion would change. Pure. */
import { isMap } from '../json.ts'
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
    const shown = isHidden(wanted, { showSecrets }) ? changes.flatMap(masked) : changes
    return [{ kind: wanted.kind, name: wanted.metadata.name, isNew: !found, changes: shown }]
  })
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryDiff', metadata, objects }
}

/** Both sides of an object that changes, for a program that compares files. */
export interface Compared {
  /** As kubectl names such files: `apps.v1.Deployment.test.podinfo-primary`. */
  file: string
  /** Undefined where it does not exist yet. */
  before: unknown
  after: unknown
}

/**
 * The objects that differ, for a program that compares files; values of Secrets are left out unless
 * `showSecrets`.
 */
export function comparedObjects(
  metadata: CanaryDiff['metadata'],
  pairs: readonly Pair[],
  options: { showSecrets: boolean },
): Compared[] {
  return pairs.flatMap(({ found, wanted }): Compared[] => {
    if (promotionDiff(metadata, [{ found, wanted }], options).objects.length === 0) return []
    const { apiVersion, kind, metadata: of } = wanted
    const group = apiVersion.split('/')
    const name = [...group, kind, of.namespace ?? metadata.namespace, of.name].join('.')
    const sides = { before: found && comparable(found), after: comparable(wanted) }
    return [{ file: name, ...(isHidden(wanted, options) ? withoutValues(sides) : sides) }]
  })
}

function isHidden({ kind }: KubeObject, { showSecrets }: { showSecrets: boolean }): boolean {
  return kind === 'Secret' && !showSecrets
}

interface Sides {
  before: unknown
  after: unknown
}

/** `***`, with the side behind it where the values differ, as kubectl does. */
function withoutValues({ before, after }: Sides): Sides {
  const hide = (one: unknown, other: unknown, side: string) => {
    const object = isMap(one) ? one : {}
    const others = isMap(other) ? other : {}
    const fields = secretFields.filter((field) => isMap(object[field]))
    const shown = fields.map((field) => {
      const values = Object.entries(object[field] ?? {})
      const there = isMap(others[field]) ? others[field] : {}
      const differs = ([key, value]: [string, unknown]) => key in there && there[key] !== value
      const text = (entry: [string, unknown]) => (differs(entry) ? `*** (${side})` : '***')
      return [field, Object.fromEntries(values.map((entry) => [entry[0], text(entry)]))]
    })
    return { ...object, ...Object.fromEntries(shown) }
  }
  return { before: before && hide(before, after, 'before'), after: hide(after, before, 'after') }
}

const secretFields = ['data', 'stringData']

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

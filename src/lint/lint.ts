/** Checks manifests of Canaries, MetricTemplates and AlertProviders. Pure. */
import { parseCanary } from '../canary/canary.ts'
import { parseAlertProvider, parseMetricTemplate } from '../canary/references.ts'
import { type Find, type KubeObject, refKey, refOf } from '../objects.ts'
import { analysisRemarks } from './analysis-rules.ts'
import { lintedKinds, unknownFields } from './fields.ts'
import {
  type CanaryLint,
  error,
  type LintDocument,
  type LintFinding,
  type Place,
  type Remark,
} from './finding.ts'
import { knownFaults } from './known-faults.ts'
import { manifestRemarks } from './manifest-rules.ts'
import { neighbourRemarks, neighboursOf } from './neighbour-rules.ts'
import { targetRemarks } from './target-rules.ts'

export interface LintOptions {
  now: Date
  /** Codes that are not to be told. */
  skip: readonly string[]
  /** What the cluster has beside the files; absent is offline. */
  live?: Find
}

/**
 * All findings in the documents, in their order, each once. With `live` what is not in the files is
 * looked for there.
 */
export function lint(documents: readonly LintDocument[], options: LintOptions): CanaryLint {
  const objects = documents.flatMap(({ value }) => (isObject(value) ? [value] : []))
  const found = documents.flatMap((document) => {
    const remarks = remarksOn(document, objects, options)
    return [
      ...(isOurs(document.value) ? repeatedKeys(document) : []),
      ...remarks.map((remark) => placed(remark, document, document.place(remark.path))),
    ]
  })
  const findings = unique(found).filter(({ code }) => !options.skip.includes(code))
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryLint',
    findings,
    counts: {
      documents: documents.length,
      canaries: objects.filter(({ kind }) => kind === 'Canary').length,
      errors: count('error'),
      warnings: count('warning'),
    },
  }
}

/** Who applies such a manifest is told nothing, and gets the last one. */
function repeatedKeys(document: LintDocument): LintFinding[] {
  const message = 'this key stands twice in one map, and only the last one counts; remove one'
  return document.repeated.map((place) => placed(error('LNT001', '', message), document, place))
}

/** Whether there is anything to say of it; other kinds are neighbours. */
export function isLinted(value: unknown): boolean {
  return isOurs(value) || isNamed(typeOf(value).kind)
}

function isNamed(kind: unknown): kind is string {
  return typeof kind === 'string' && lintedKinds.includes(kind)
}

function isOurs(value: unknown): boolean {
  const { apiVersion } = typeOf(value)
  return typeof apiVersion === 'string' && apiVersion.startsWith('flagger.app/')
}

/** Outside data: whatever stands there. */
function typeOf(value: unknown): { apiVersion?: unknown; kind?: unknown } {
  return typeof value === 'object' && value !== null ? value : {}
}

const groups = /^flagger\.app\/(v1beta1|v1alpha3)$/

function remarksOn(
  { value }: LintDocument,
  objects: readonly KubeObject[],
  options: LintOptions,
): Remark[] {
  const { apiVersion, kind } = typeOf(value)
  if (!isLinted(value)) return []
  if (!isNamed(kind))
    return [error('LNT001', 'kind', `kind ${String(kind)} is none of ${lintedKinds.join(', ')}`)]
  if (!groups.test(String(apiVersion)))
    return isOurs(value) || kind === 'Canary'
      ? [
          error(
            'LNT001',
            'apiVersion',
            `apiVersion ${String(apiVersion)} must be flagger.app/v1beta1`,
          ),
        ]
      : []
  if (!isObject(value)) return [error('LNT001', 'metadata', 'metadata.name is missing; add it')]
  const fields = unknownFields(kind, { ...value })
  return [...fields, ...byKind(value, objects, options)]
}

/** The flags of the controller are not in the files: these are sound. */
const defaults = { meshProvider: '', metricsServer: 'http://prometheus:9090' }

function byKind(
  object: KubeObject,
  objects: readonly KubeObject[],
  { now, live }: LintOptions,
): Remark[] {
  if (object.kind === 'MetricTemplate') return problemsOf(parseMetricTemplate(object).problems)
  if (object.kind === 'AlertProvider') return problemsOf(parseAlertProvider(object).problems)
  const { canary, problems } = parseCanary(object, defaults)
  const isLive = live !== undefined
  const find = findAmong(objects, canary.namespace, live)
  const faults = knownFaults(canary, problems, { find, now, isLive })
  if (problems.length > 0) return [...faults, ...manifestRemarks(canary, object)]
  const own = neighboursOf(canary, objects)
  return [
    ...faults,
    ...analysisRemarks(canary),
    ...manifestRemarks(canary, object),
    ...neighbourRemarks(canary, own),
    ...targetRemarks(canary, { own, find, isLive }),
  ]
}

function problemsOf(problems: readonly string[]): Remark[] {
  return problems.map((problem) => {
    const message = problem.replace(/^(metric template|alert provider) \S+: /, '')
    const [path = 'spec'] = /\bspec(\.\w+|\[\d+\])*/.exec(message) ?? []
    return error('LNT003', path, message)
  })
}

/** In the files first; an object without a namespace there is in any. */
function findAmong(objects: readonly KubeObject[], home: string, live: Find | undefined): Find {
  const known = new Map<string, KubeObject>()
  for (const object of objects) {
    known.set(refKey(refOf(object)), object)
    if (object.metadata.namespace === undefined)
      known.set(refKey({ ...refOf(object), namespace: home }), object)
  }
  // What was read under a reference has the type that the reference names.
  return <T extends KubeObject>(ref: Parameters<Find>[0]) =>
    (known.get(refKey(ref)) as T | undefined) ?? live?.<T>(ref)
}

function isObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return false
  const { metadata } = value
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata
}

function placed(remark: Remark, { file, value }: LintDocument, place: Place): LintFinding {
  const { code, severity, path, message } = remark
  const object = isObject(value) ? `${value.kind?.toLowerCase()} ${value.metadata.name}` : ''
  return { code, severity, file, ...place, path, object, message }
}

/** Two rules may see the same from two sides. */
function unique(findings: readonly LintFinding[]): LintFinding[] {
  const seen = new Set<string>()
  return findings.filter(({ code, file, line, column, path, object }) => {
    const key = [code, file, line, column, path, object].join('\n')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

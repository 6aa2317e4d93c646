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
  type Remark,
} from './finding.ts'
import { knownFaults } from './known-faults.ts'
import { manifestRemarks } from './manifest-rules.ts'
import { neighbourRemarks } from './neighbour-rules.ts'

export interface LintOptions {
  now: Date
  /** Codes that are not to be told. */
  skip: readonly string[]
  /** What the cluster has beside the files; absent is offline. */
  live?: Find
}

export function lint(documents: readonly LintDocument[], options: LintOptions): CanaryLint {
  const objects = documents.flatMap(({ value }) => (isObject(value) ? [value] : []))
  const found = documents.flatMap((document) => {
    const remarks = remarksOn(document, objects, options)
    return remarks.map((remark) => placed(remark, document))
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

const groups = /^flagger\.app\/(v1beta1|v1alpha3)$/

function remarksOn(
  { value }: LintDocument,
  objects: readonly KubeObject[],
  options: LintOptions,
): Remark[] {
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown }
  const isOurs = typeof apiVersion === 'string' && apiVersion.startsWith('flagger.app/')
  const isNamed = typeof kind === 'string' && lintedKinds.includes(kind)
  if (!isOurs && !isNamed) return []
  if (!isNamed)
    return [error('LNT001', 'kind', `kind ${String(kind)} is none of ${lintedKinds.join(', ')}`)]
  if (!groups.test(String(apiVersion)))
    return isOurs || kind === 'Canary'
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
  return [
    ...faults,
    ...analysisRemarks(canary),
    ...manifestRemarks(canary, object),
    ...neighbourRemarks(canary, objects),
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

function placed({ code, severity, path, message }: Remark, document: LintDocument): LintFinding {
  const { file, value } = document
  const object = isObject(value) ? `${value.kind?.toLowerCase()} ${value.metadata.name}` : ''
  return { code, severity, file, ...document.place(path), path, object, message }
}

/** Two rules may see the same from two sides. */
function unique(findings: readonly LintFinding[]): LintFinding[] {
  const seen = new Set<string>()
  return findings.filter(({ code, file, line, path }) => {
    const key = [code, file, line, path].join('\n')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

/** Label and field selectors, parsed once and tested against objects. */
import { badRequest } from './api-error.ts'
import { at, isRecord, type Json, list, record, text } from './json.ts'
import type { ApiObject } from './resource.ts'

export type Test = (object: ApiObject) => boolean

const equality = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/
const membership = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^()]*)\)$/
const existence = /^(!?)\s*([^\s=!,()]+)$/

/** A test for `a=b,c!=d,e in (f,g),h,!i`. Throws 400 where the text cannot be read. */
export function labelTest(selector: string): Test {
  const rules = splitTerms(selector).map(labelRule)
  return ({ metadata }) => rules.every((rule) => rule(metadata.labels ?? {}))
}

type LabelRule = (labels: Record<string, string>) => boolean

function labelRule(term: string): LabelRule {
  const equal = equality.exec(term)
  if (equal) {
    const [, key = '', operator, value = ''] = equal
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  const member = membership.exec(term)
  if (member) {
    const [, key = '', operator, inner = ''] = member
    const values = new Set(inner.split(',').map((value) => value.trim()))
    const has = (labels: Record<string, string>) => values.has(labels[key] ?? '\0')
    return operator === 'in' ? has : (labels) => !has(labels)
  }
  const exists = existence.exec(term)
  if (!exists) throw badRequest(`unable to parse requirement: found '${term}'`)
  const [, not, key = ''] = exists
  return (labels) => Object.hasOwn(labels, key) !== (not === '!')
}

/** Splits at commas outside of parentheses. */
function splitTerms(selector: string): string[] {
  const terms = selector.match(/(?:[^,(]|\([^)]*\))+/g) ?? []
  return terms.map((term) => term.trim()).filter((term) => term !== '')
}

const selectableFields: Record<string, string[]> = {
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  '/secrets': ['type'],
  '/namespaces': ['status.phase'],
  '/nodes': ['spec.unschedulable'],
  '/services': ['spec.clusterIP', 'spec.type'],
  'apps/replicasets': ['status.replicas'],
}

/** A test for `metadata.name=a,spec.nodeName!=b`. Throws 400 for a field that has no index. */
export function fieldTest(selector: string, storage: string): Test {
  const rules = splitTerms(selector).map((term): Test => {
    const [, field = '', operator, value] = equality.exec(term) ?? []
    if (!operator) throw badRequest(`invalid field selector: '${term}'; can't understand '${term}'`)
    const known = ['metadata.name', 'metadata.namespace', ...(selectableFields[storage] ?? [])]
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
    return (object) => (fieldValue(object, field) === value) === (operator !== '!=')
  })
  return (object) => rules.every((rule) => rule(object))
}

function fieldValue(object: ApiObject, field: string): string {
  if (field === 'source')
    return text(at(object, 'source', 'component')) ?? text(object.reportingComponent) ?? ''
  const value = at(object, ...field.split('.'))
  return value === undefined || value === null ? '' : String(value)
}

/** The text form of a selector object (`matchLabels` and `matchExpressions`). */
export function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  const isWhole =
    isRecord(selector) && ('matchLabels' in selector || 'matchExpressions' in selector)
  const labels = isWhole ? record(selector.matchLabels) : record(selector)
  const equalities = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const expressions = isWhole ? list(selector.matchExpressions).map(expressionText) : []
  return [...equalities.toSorted(), ...expressions].join(',')
}

function expressionText(expression: unknown): string {
  const { key, operator, values } = record(expression) as Json
  const set = `(${list(values).join(',')})`
  if (operator === 'In') return `${key} in ${set}`
  if (operator === 'NotIn') return `${key} notin ${set}`
  return operator === 'DoesNotExist' ? `!${key}` : String(key)
}

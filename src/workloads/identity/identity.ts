/** The labels by which the pods of target and primary are told apart, here and by Services. */
import type { KubeObject } from '../../objects.ts'
import type { LabelSelector, PodTemplate } from '../pods/pod-template.ts'
import { fixedLabels } from '../pods/selector.ts'
import {
  changedLabel,
  emptyValue,
  noSelectingLabel,
  samePods,
  tooLongValue,
} from './identity-words.ts'

type Labels = Record<string, string>

interface Selecting extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplate }
}

/** A label that the pods of the primary have with another value than those of the target. */
export interface Mark {
  target: string
  primary: string
  /** What the value was made of; another one than the target's, where that was made anew. */
  origin: string
}

export interface Identity {
  /** The label whose value tells target and primary apart: `app`. */
  key: string
  /** The marks, by label; one of them is that of `key`. */
  marks: Readonly<Record<string, Mark>>
  /** What Services select the target's pods by: all that it selects them by itself. */
  target: Labels
  /** What the primary selects its pods by: each of them has these labels as long as it exists. */
  primary: Labels
  /** Why the flags or the target ask for another label than the primary has, in a sentence. */
  warning?: string
}

export const primarySuffix = '-primary'
const longestValue = 63
const roomForValue = longestValue - primarySuffix.length

/**
 * The identity of a target and its primary. A primary that exists can't be selected by anything
 * else any more, and neither flags nor a target that was made anew change that. Throws
 * InvalidSpecError when the pods can't be told apart.
 */
export function identityOf(
  of: { target: Selecting; primary: Selecting | undefined },
  keys: readonly string[],
): Identity {
  return of.primary ? existing(of.target, of.primary, keys) : fresh(of.target, keys)
}

/** The identity as the primary alone tells it, for a target that is gone. */
export function identityOfPrimary(primary: Selecting): Identity | undefined {
  const labels = fixedLabels(primary.spec.selector)
  const key = Object.keys(labels).find((label) => labels[label]?.endsWith(primarySuffix))
  const value = key === undefined ? undefined : labels[key]
  if (key === undefined || value === undefined) return undefined
  const origin = withoutSuffix(value)
  const marks = { [key]: { target: origin, primary: value, origin } }
  return { key, marks, target: { ...labels, [key]: origin }, primary: labels }
}

/** Labels of the primary's pods for the labels of the target's. */
export function primaryLabels(labels: Labels, { marks, primary }: Identity): Labels {
  return { ...labels, ...primaryValues(marks), ...primary }
}

/** Labels of the target's pods that led to those of the primary's. */
export function targetLabels(labels: Labels, { marks }: Identity): Labels {
  const made = Object.entries(marks).filter(([key, mark]) => labels[key] === mark.primary)
  return { ...labels, ...Object.fromEntries(made.map(([key, { origin }]) => [key, origin])) }
}

function fresh(target: Selecting, keys: readonly string[]): Identity {
  const labels = fixedLabels(target.spec.selector)
  const key = chosenKey(labels, keys)
  const value = key === undefined ? undefined : labels[key]
  if (key === undefined || value === undefined) throw noSelectingLabel(target, keys)
  if (value === '') throw emptyValue(target, { key, keys })
  if (value.length > roomForValue) throw tooLongValue(target, { key, value, keys })
  const mark = { target: value, primary: `${value}${primarySuffix}`, origin: value }
  return {
    key,
    marks: { [key]: mark },
    target: selecting(target),
    primary: { ...labels, [key]: mark.primary },
  }
}

/** The first label of the target's that the flags name and to which `-primary` can be added. */
function chosenKey(labels: Labels, keys: readonly string[]): string | undefined {
  const present = keys.filter((key) => labels[key] !== undefined)
  const canBeAdded = ({ length }: string) => length > 0 && length <= roomForValue
  return present.find((label) => canBeAdded(labels[label] ?? '')) ?? present[0]
}

function existing(target: Selecting, primary: Selecting, keys: readonly string[]): Identity {
  const labels = fixedLabels(target.spec.selector)
  const fixed = fixedLabels(primary.spec.selector)
  const key = tellingKey(labels, fixed, keys)
  const value = key === undefined ? undefined : fixed[key]
  if (key === undefined || value === undefined) throw samePods(target, primary)
  const own = labels[key] ?? target.spec.template.metadata?.labels?.[key]
  if (own === value) throw samePods(target, primary, key)
  const origin = value.endsWith(primarySuffix) ? withoutSuffix(value) : (own ?? value)
  const asked = chosenKey(labels, keys)
  const warning = changedLabel({ target, primary, keys }, { asked, key, value, own: labels[key] })
  return {
    key,
    marks: {
      // A target that was made anew may not select by the primary's label; then by one of its own.
      ...(labels[key] === undefined && markOf(labels, asked)),
      [key]: { target: own ?? origin, primary: value, origin },
    },
    target: apartFrom(primary, target, { key, own }),
    primary: fixed,
    ...(warning !== undefined && { warning }),
  }
}

/** Of the primary's labels the one that the target's pods have with another value. */
function tellingKey(target: Labels, primary: Labels, keys: readonly string[]): string | undefined {
  const differing = Object.keys(primary).filter((key) => primary[key] !== target[key])
  const rank = (key: string) => {
    if (primary[key] === `${target[key]}${primarySuffix}`) return 0
    if (!primary[key]?.endsWith(primarySuffix)) return 3
    return keys.includes(key) ? 1 : 2
  }
  return differing.toSorted((a, b) => rank(a) - rank(b))[0]
}

function markOf(labels: Labels, asked: string | undefined): Record<string, Mark> {
  const key = asked ?? Object.keys(labels)[0]
  const value = key === undefined ? undefined : labels[key]
  if (key === undefined || value === undefined) return {}
  const primary = `${value.slice(0, roomForValue)}${primarySuffix}`
  return { [key]: { target: value, primary, origin: value } }
}

/** The labels that select the target's pods, and none of the primary's that run now. */
function apartFrom(
  primary: Selecting,
  target: Selecting,
  { key, own }: { key: string; own: string | undefined },
): Labels {
  const wanted = selecting(target)
  const { selector, template } = primary.spec
  const running = { ...template.metadata?.labels, ...fixedLabels(selector) }
  if (!areAmong(wanted, running)) return wanted
  if (own !== undefined) return { ...wanted, [key]: own }
  throw samePods(target, primary, key)
}

/**
 * All that a workload selects its pods by, as far as a Service can say it: of an expression with a
 * choice the value that its pods have at present.
 */
function selecting({ spec }: Selecting): Labels {
  const { labels = {} } = spec.template.metadata ?? {}
  const keys = (spec.selector.matchExpressions ?? []).map(({ key }) => key)
  const chosen = Object.entries(labels).filter(([key]) => keys.includes(key))
  return { ...Object.fromEntries(chosen), ...fixedLabels(spec.selector) }
}

/** Whether a selector of these labels selects a pod with those. */
export function areAmong(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

function withoutSuffix(value: string): string {
  return value.endsWith(primarySuffix) ? value.slice(0, -primarySuffix.length) : value
}

function primaryValues(marks: Identity['marks']): Labels {
  return Object.fromEntries(Object.entries(marks).map(([key, { primary }]) => [key, primary]))
}

/** What is said of labels by which target and primary can't, or can no longer, be told apart. */
import { InvalidSpecError } from '../../errors.ts'
import type { KubeObject } from '../../objects.ts'

/** Flagger's text: users search for it. */
export function noSelectingLabel(target: KubeObject, keys: readonly string[]): InvalidSpecError {
  return new InvalidSpecError(
    `getSelectorLabel failed: ${objectOf(target)} ` +
      `spec.selector.matchLabels must contain one of [${keys.join(' ')}]`,
  )
}

/** For a label that is there and says nothing: `-primary` alone is no value of one. */
export function emptyValue(
  target: KubeObject,
  { key, keys }: { key: string; keys: readonly string[] },
): InvalidSpecError {
  return new InvalidSpecError(
    `${objectOf(target)}: the selecting label ${key} has no value, and -primary alone is none that ` +
      `its primary may have; select its pods by ${keys.join(' or ')} with a value, or list another ` +
      'label of its selector in -selector-labels',
  )
}

/** For a value of more than 55 characters; `keys` are the labels of -selector-labels. */
export function tooLongValue(
  target: KubeObject,
  { key, value, keys }: { key: string; value: string; keys: readonly string[] },
): InvalidSpecError {
  return new InvalidSpecError(
    `${objectOf(target)}: the value of the selecting label ${key} has ${value.length} characters, ` +
      'and -primary, which its primary adds, needs 8 of the 63 that a label may have; select its ' +
      `pods by ${keys.join(' or ')} with at most 55 characters, or list another label of ` +
      'its selector in -selector-labels',
  )
}

/** `key` is the label by which they could be told apart, where there is one. */
export function samePods(target: KubeObject, primary: KubeObject, key?: string): InvalidSpecError {
  const remedy =
    key === undefined
      ? `rename or remove ${objectOf(primary)}`
      : `give the pods of the target a label ${key} of their own`
  return new InvalidSpecError(
    `${objectOf(target)} and its primary ${nameOf(primary)} have pods with the same labels, so ` +
      `that no Service can tell them apart; ${remedy}`,
  )
}

interface Changed {
  /** The label that the flags choose of the target's. */
  asked: string | undefined
  /** The label of the primary, its value, and the target's value of it. */
  key: string
  value: string
  own: string | undefined
}

/** The warning for a primary that keeps another label than flags or target ask for now. */
export function changedLabel(
  of: { target: KubeObject; primary: KubeObject; keys: readonly string[] },
  { asked, key, value, own }: Changed,
): string | undefined {
  const kept =
    `primary ${nameOf(of.primary)} is selected by ${key}=${value} for as long as it exists, and ` +
    'the Services with it'
  if (asked === key)
    return value === `${own}-primary`
      ? undefined
      : `the target ${nameOf(of.target)} has ${key}=${own} now; ${kept}`
  const flag = `-selector-labels=${of.keys.join()}`
  const choice = asked === undefined ? 'none of its labels' : `label ${asked}`
  return `${flag} asks for ${choice} of ${nameOf(of.target)}; ${kept}: name ${key} first there`
}

function objectOf(object: KubeObject): string {
  return `${object.kind.toLowerCase()} ${nameOf(object)}`
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`
}

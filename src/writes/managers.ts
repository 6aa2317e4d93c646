/** Who else writes a field, as the API server notes it. */
import { byText } from '../compare.ts'
import { type KubeObject, type ManagedField, shownRef } from '../objects.ts'
import { type Field, type Path, pathText } from './fields.ts'

/** Our name in `managedFields`. It must not begin with `kubectl`: Flux takes those over. */
export const ourManager = 'canary-controller'

/** Whether this controller, or Flagger before it, writes under this name. */
export function isOurManager(manager: string): boolean {
  return manager === ourManager || manager === 'flagger'
}

/**
 * The last manager of a field other than ourselves, by its name; undefined where `managedFields`
 * names none, as for what an admission webhook writes into our own requests.
 */
export function otherManager(object: KubeObject, path: Path): string | undefined {
  return lastWriter(object, path, ({ manager }) => manager !== ourManager)?.manager || undefined
}

/** Who wrote a field last, of those that are meant; undefined where `managedFields` has none. */
export function lastWriter(
  { metadata }: KubeObject,
  path: Path,
  isMeant: (one: ManagedField) => boolean = () => true,
): ManagedField | undefined {
  return (metadata.managedFields ?? [])
    .filter((one) => holdsField(one.fieldsV1, path) && isMeant(one))
    .sort((one, other) => byText(one.time, other.time))
    .at(-1)
}

/** What is said of a field that two write. */
export function contestedText(
  object: KubeObject,
  { path, found, wanted }: Field,
  of: { manager: string | undefined; isCritical: boolean },
): string {
  const who = of.manager ?? 'an admission webhook, or a writer that managedFields does not name,'
  const then = of.isCritical
    ? 'the canary is held where it is, and the field is set once a minute'
    : `it is left to ${of.manager ?? 'the other writer'}`
  return (
    `${shownRef(object)}: ${pathText(path)} is contested: ` +
    `${who} sets it to ${shown(found)} each time it is set to ${shown(wanted)}; ${then}. ` +
    'Let only one of the two write it'
  )
}

/** What is said of an object that somebody deletes again and again. */
export function deletedText(object: KubeObject, isHeld: boolean): string {
  return (
    `${shownRef(object)} is deleted each time it is made; ` +
    `${isHeld ? 'the canary is held where it is, and the object' : 'it'} is made once a minute. ` +
    'Let nobody delete it, such as a tool that prunes what is not in Git'
  )
}

const longest = 80

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? ''
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** Whether a set of fields has this one, or an ancestor that is owned as a whole. */
export function holdsField(fields: unknown, path: Path): boolean {
  let node: unknown = fields
  for (const part of path) {
    if (typeof node !== 'object' || node === null) return false
    const children = node as Record<string, unknown>
    // Entries of lists have keys of their own there: to own some of them is near enough.
    if (typeof part === 'number' || Object.keys(children).length === 0) return node !== fields
    if (!(`f:${part}` in children)) return false
    node = children[`f:${part}`]
  }
  return true
}

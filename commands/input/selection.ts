/** Which canaries a command line names. Pure. */
import { UsageError } from '../../src/errors.ts'
import { shownWorkloads } from '../../src/workloads/shown.gen.ts'
import type { ShownWorkload } from '../../src/workloads/shown.ts'
import { clean } from '../output/clean.ts'

export type Named =
  | { kind: 'canary'; name: string }
  /** The canary whose `spec.targetRef` is this object. */
  | { kind: 'target'; targetKind: string; name: string }

export interface Selection {
  named: Named[]
  selector: string | undefined
  all: boolean
  allNamespaces: boolean
  files: string[]
  recursive: boolean
}

export interface SelectFlags {
  selector?: string | undefined
  all: boolean
  'all-namespaces': boolean
  filename?: string[] | undefined
  recursive: boolean
}

const canaryTypes = /^(canary|canaries)(\.(v1beta1\.)?flagger\.app)?$/i

/** Reads names and select flags; throws UsageError for what can't be meant. */
export function readSelection(words: readonly string[], flags: SelectFlags): Selection {
  const { selector, all, filename = [] } = flags
  const selection = {
    named: readNames(words),
    selector,
    all,
    allNamespaces: flags['all-namespaces'],
    files: filename,
    recursive: flags.recursive,
  }
  if (all && selector !== undefined)
    throw new UsageError('cannot set --all and --selector at the same time')
  if (words.length > 0 && (all || selector !== undefined))
    throw new UsageError('name cannot be provided when a selector or --all is specified')
  if (words.length > 0 && selection.allNamespaces)
    throw new UsageError('a resource cannot be retrieved by name across all namespaces')
  if (filename.length > 0 && (words.length > 0 || all || selector !== undefined))
    throw new UsageError('when --filename is given, names, --selector and --all cannot be')
  return selection
}

/** Changing verbs act on nothing that was not asked for. */
export function requireSelection(selection: Selection): void {
  const { named, selector, all, files, allNamespaces } = selection
  if (allNamespaces && !all && selector === undefined)
    throw new UsageError('--all-namespaces needs --selector or --all here')
  if (named.length === 0 && selector === undefined && !all && files.length === 0)
    throw new UsageError('name a canary, or use -l SELECTOR or --all')
}

/** True when neither a name nor a choice was given. */
export function isUnspecific({ named, selector, all, files }: Selection): boolean {
  return named.length === 0 && selector === undefined && !all && files.length === 0
}

function readNames(words: readonly string[]): Named[] {
  const [first, ...others] = words
  const type = first === undefined || first.includes('/') ? undefined : readType(first)
  // One word alone is a name, so that a canary may be called `canary`.
  if (type && others.length > 0) {
    const mixed = others.find((word) => word.includes('/'))
    if (mixed !== undefined)
      throw new UsageError(
        `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${mixed}')`,
      )
    return others.map((word) => type(checkName(word)))
  }
  return words.map((word) => {
    const slash = word.indexOf('/')
    if (slash < 0) return { kind: 'canary', name: checkName(word) }
    const [before, after] = [word.slice(0, slash), word.slice(slash + 1)]
    const named = readType(before)
    if (named) return named(checkName(after))
    throw new UsageError(
      `"${before}" is no type of object that leads to a canary; for the canary "${after}" in namespace "${before}" use -n ${before} ${after}`,
    )
  })
}

function readType(word: string): ((name: string) => Named) | undefined {
  if (canaryTypes.test(word)) return (name) => ({ kind: 'canary', name })
  const target = shownWorkloads.find((one) => isTypeOf(word.toLowerCase(), one))
  return target && ((name) => ({ kind: 'target', targetKind: target.kind.kind, name }))
}

/** `deploy`, `deployment`, `deployments`, `deployments.apps`, `deployments.v1.apps`. */
function isTypeOf(word: string, shown: ShownWorkload): boolean {
  const [type = '', ...rest] = word.split('.')
  const [version, group] = shown.kind.apiVersion.split('/').toReversed()
  const groups = group === undefined ? [''] : ['', group, `${version}.${group}`]
  return typeNames(shown).includes(type) && groups.includes(rest.join('.'))
}

/** What people may type for a kind, in lower case: `deployment`, `deployments`, `deploy`. */
export function typeNames({ kind, shortNames }: ShownWorkload): string[] {
  return [kind.kind.toLowerCase(), kind.plural, ...shortNames]
}

const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** The name, as long as Kubernetes could have an object of it; throws UsageError otherwise. */
export function checkName(name: string): string {
  if (name.length <= 253 && dns1123.test(name)) return name
  throw new UsageError(
    `invalid name "${clean(name)}": it must consist of lower case letters, digits, '-' and '.', and begin and end with a letter or digit`,
  )
}

/** How the kind of an object is found, whoever declares it. */
import { kinds } from './kinds.gen.ts'
import { namespacedKind, type ResourceKind } from './resource-kind.ts'

/** The kind of an object or a reference; throws for one that nobody declares, which is a defect. */
export function resourceKind({ apiVersion, kind }: Kind): ResourceKind {
  const found = kinds.find((one) => one.apiVersion === apiVersion && one.kind === kind)
  if (found) return found
  if (isForeignKind(apiVersion)) return namespacedKind(apiVersion, kind, pluralOf(kind))
  throw new Error(`kind ${apiVersion} ${kind} is declared nowhere in src/`)
}

type Kind = Pick<ResourceKind, 'apiVersion' | 'kind'>

/** True for a group that nobody here declares a kind of, and that is none of Kubernetes' own. */
export function isForeignKind(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/')
  if (version === undefined || !group.includes('.') || /(^|\.)k8s\.io$/.test(group)) return false
  return kinds.every((one) => !one.apiVersion.startsWith(`${group}/`))
}

/** As the tools that write definitions make it of a kind. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase()
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`
}

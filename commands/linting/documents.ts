/** Manifests with the place of each field: what lint looks at. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
} from 'yaml'
import type { LintDocument, Place } from '../../src/lint/finding.ts'
import { isRepeatedKey, plainValueOf, problemOf, reasonIn, yamlDocuments } from '../input/yaml.ts'
import { exits, Failure } from '../shell/failure.ts'

/** Throws a Failure that names the line of what is no YAML. */
export function readDocuments({ from, text }: { from: string; text: string }): LintDocument[] {
  const lines = new LineCounter()
  return yamlDocuments(text, lines).flatMap((document) => {
    const problem = problemOf(document)
    if (problem) {
      const { line, col } = lines.linePos(problem.pos[0])
      throw unreadable(`${from}:${line}:${col}`, problem)
    }
    return unfolded(document, lines, from)
  })
}

function unreadable(where: string, cause: unknown): Failure {
  const why = reasonIn(cause).replace(/ at line .*$/, '')
  return new Failure(`error: ${where} is no YAML: ${why}`, {
    exit: exits.error,
  })
}

/** A List is as many documents as it has items. */
function unfolded(
  document: Document<ParsedNode>,
  lines: LineCounter,
  file: string,
): LintDocument[] {
  const value = plainValueOf(document, (cause) => unreadable(file, cause))
  if (typeof value !== 'object' || value === null) return []
  const one = (of: unknown, prefix: readonly Step[]): LintDocument => ({
    ...{ file, value: of, repeated: repeatedKeys(document, lines, prefix) },
    place: (path) => placeOf(document, lines, [...prefix, ...stepsOf(path)]),
  })
  const { items } = value as { items?: unknown }
  if (!Array.isArray(items)) return [one(value, [])]
  return items.map((item: unknown, at) => one(item, ['items', at]))
}

type Step = string | number

/** `spec.stepWeights[1]`; what stands behind `annotations.` or `labels.` is one key. */
function stepsOf(path: string): Step[] {
  const [, head = path, key] = /^(.*?metadata\.(?:annotations|labels))\.(.+)$/.exec(path) ?? []
  const steps = [...head.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    name === undefined ? Number(index) : name,
  )
  return key === undefined ? steps : [...steps, key]
}

function placeOf(document: Document, lines: LineCounter, steps: readonly Step[]): Place {
  return placeAt(lines, nearest(document, steps).offset)
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

interface Found {
  value: Node | null
  offset: number
}

/** Where these steps lead, as far as there is something. */
function nearest(document: Document, steps: readonly Step[]): Found {
  const { contents } = document
  let found: Found = { value: contents, offset: contents?.range?.[0] ?? 0 }
  for (const step of steps) {
    const next = inside(document, found.value, step)
    if (!next) break
    found = next
  }
  return found
}

/** A field is where its name is, an item where it begins; what an alias stands for is at its anchor. */
function inside(document: Document, at: Node | null, step: Step): Found | undefined {
  const node = isAlias(at) ? (at.resolve(document) ?? null) : at
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    if (pair && isScalar(pair.key))
      // What the parser puts there is a node, or nothing.
      return { value: pair.value as Node | null, offset: pair.key.range?.[0] ?? 0 }
    const merged = node.items
      .filter(({ key }) => isScalar(key) && key.source === '<<')
      .flatMap(({ value }) => mergedMaps(document, value))
    return merged.flatMap((one) => inside(document, one, step) ?? [])[0]
  }
  if (!isCollection(node) || typeof step !== 'number') return undefined
  const item = node.items[step] as Node | undefined
  return item && { value: item, offset: item.range?.[0] ?? 0 }
}

/** `<<: *one`, or `<<: [*one, *other]`. */
function mergedMaps(document: Document, value: unknown): Node[] {
  const node = isAlias(value) ? value.resolve(document) : value
  if (isMap(node)) return [node]
  return isCollection(node) ? (node.items as Node[]) : []
}

/** Keys that stand twice in one map below these steps. */
function repeatedKeys(
  document: Document<ParsedNode>,
  lines: LineCounter,
  steps: readonly Step[],
): Place[] {
  const [start = 0, , end = Number.POSITIVE_INFINITY] = nearest(document, steps).value?.range ?? []
  return document.errors
    .filter((error) => isRepeatedKey(error))
    .filter(({ pos: [at] }) => at >= start && at < end)
    .map(({ pos: [at] }) => placeAt(lines, at))
}

/** Manifests with the place of each field: what lint looks at. */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml'
import type { LintDocument } from '../../src/lint/finding.ts'
import { exits, Failure } from '../shell/failure.ts'

/** Throws a Failure that names the line of what is no YAML. */
export function readDocuments({ from, text }: { from: string; text: string }): LintDocument[] {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines })
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((document) => {
    const [problem] = document.errors
    if (problem) {
      const { line, col } = lines.linePos(problem.pos[0])
      throw unreadable(`${from}:${line}:${col}`, problem.message)
    }
    return unfolded(document, lines, from)
  })
}

function unreadable(where: string, why: string): Failure {
  const [first = ''] = why.split('\n')
  return new Failure(`error: ${where} is no YAML: ${first.replace(/ at line .*$/, '')}`, {
    exit: exits.error,
  })
}

/** A List is as many documents as it has items. */
function unfolded(document: Document, lines: LineCounter, file: string): LintDocument[] {
  let value: unknown
  try {
    value = document.toJS()
  } catch (cause) {
    // Aliases of aliases that unfold to more than any memory holds.
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause))
  }
  if (typeof value !== 'object' || value === null) return []
  const place = (prefix: readonly Step[]) => (path: string) =>
    placeOf(document, lines, [...prefix, ...stepsOf(path)])
  const { items } = value as { items?: unknown }
  if (!Array.isArray(items)) return [{ file, value, place: place([]) }]
  return items.map((item: unknown, at) => ({ file, value: item, place: place(['items', at]) }))
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

function placeOf(document: Document, lines: LineCounter, steps: readonly Step[]) {
  let found: Node | null = document.contents
  let offset = found?.range?.[0] ?? 0
  for (const step of steps) {
    const next = inside(found, step)
    if (!next) break
    offset = next.offset
    found = next.value
  }
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

/** A field is where its name is, an item where it begins. */
function inside(node: Node | null, step: Step): { value: Node | null; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    if (!pair || !isScalar(pair.key)) return undefined
    // What the parser puts there is a node, or nothing.
    return { value: pair.value as Node | null, offset: pair.key.range?.[0] ?? 0 }
  }
  if (!isCollection(node) || typeof step !== 'number') return undefined
  const item = node.items[step] as Node | undefined
  return item && { value: item, offset: item.range?.[0] ?? 0 }
}

/** The paths of printer columns: `.status.phase`, `.spec.list[0].name`, `…[?(@.type=="Ready")].…`. */
import { isRecord, list } from '../json.ts'

type Step = (values: unknown[]) => unknown[]

const stepForm =
  /\.?(?:\['(?<quoted>[^']*)'\]|\[(?<index>-?\d+)\]|\[(?<all>\*)\]|\[\?\(@\.(?<key>[\w.]+)\s*==\s*["'](?<value>[^"']*)["']\)\]|(?<name>(?:\\.|[^.[\]\\])+))/y

/** The values that a path leads to; empty where it leads nowhere or cannot be read. */
export function pathValues(object: unknown, path: string): unknown[] {
  const inner = path.replace(/^\{(.*)\}$/, '$1')
  return steps(inner).reduce<unknown[]>((values, step) => step(values), [object])
}

function steps(path: string): Step[] {
  const form = new RegExp(stepForm)
  const found: Step[] = []
  while (form.lastIndex < path.length) {
    const groups = form.exec(path)?.groups
    if (!groups) return [() => []]
    found.push(stepOf(groups))
  }
  return found
}

function stepOf(groups: Record<string, string | undefined>): Step {
  const { quoted, index, all, key, value, name } = groups
  if (all !== undefined) return (values) => values.flatMap(list)
  if (index !== undefined)
    return (values) => defined(values.map((one) => list(one).at(Number(index))))
  if (key !== undefined)
    return (values) =>
      values.flatMap(list).filter((item) => String(pathValues(item, `.${key}`)[0]) === value)
  const field = quoted ?? (name ?? '').replaceAll(/\\(.)/g, '$1')
  return (values) => defined(values.map((one) => (isRecord(one) ? one[field] : undefined)))
}

function defined(values: unknown[]): unknown[] {
  return values.filter((one) => one !== undefined)
}

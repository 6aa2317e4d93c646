/** Places in an object: `spec.backends[0].weight`, `metadata.annotations["example.com/weight"]`. */
import { record } from '../reading.ts'

export type Path = readonly (string | number)[]

const step = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["([^"]+)"\]/y

/** Undefined for a text that is none. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = []
  const whole = text.trim()
  step.lastIndex = 0
  let at = 0
  while (at < whole.length) {
    step.lastIndex = at
    const found = step.exec(whole)
    if (!found) return undefined
    const [, name, index, quoted] = found
    path.push(index === undefined ? (name ?? quoted ?? '') : Number(index))
    at = step.lastIndex
  }
  return path.length > 0 ? path : undefined
}

/** What stands there; undefined where nothing does. */
export function valueAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      Array.isArray(value)
        ? value[Number(key)]
        : Object.hasOwn(record(value), key)
          ? record(value)[key]
          : undefined,
    object,
  )
}

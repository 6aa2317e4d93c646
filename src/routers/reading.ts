/** Reading routing objects, which are edited by hand too: another shape counts as empty. */

export type Fields = Record<string, unknown>

/** The records of a list; something else in it is an empty one. */
export function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(record) : []
}

/** The value as a record; an empty one for anything else. */
export function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** The texts of a list; everything else in it is left out. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

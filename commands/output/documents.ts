/** JSON and YAML as kubectl writes them: sorted keys, one document. */

/** JSON with sorted keys and an indent of four blanks. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(sorted(value), null, 4)}\n`
}

/** JSON on one line, for streams of documents. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(sorted(value))}\n`
}

/** YAML with sorted keys; several documents are parted by `---`. */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(sorted(value), { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false })
}

/** The same value with every object's keys in order; undefined fields are left out. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
      .map(([key, field]) => [key, sorted(field)]),
  )
}

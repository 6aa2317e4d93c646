/** JSON and YAML as kubectl writes them: sorted keys, one document. */

/** JSON with sorted keys and an indent of four blanks. */
export function jsonText(value: unknown): string {
  return `${escaped(JSON.stringify(sorted(value), null, 4))}\n`
}

/** JSON with sorted keys on one line, for streams of documents and parts of a text. */
export function compactJson(value: unknown): string {
  return escaped(JSON.stringify(sorted(value)))
}

/** The characters that Go's encoder escapes, for the same bytes as kubectl prints. */
function escaped(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** YAML with sorted keys; several documents are parted by `---`. */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(sorted(value), {
    // kubectl reads YAML 1.1, where a bare `yes` or a bare time is no text.
    version: '1.1',
    lineWidth: 0,
    indentSeq: false,
    aliasDuplicateObjects: false,
  })
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

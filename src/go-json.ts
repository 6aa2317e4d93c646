/** JSON as Go's encoder writes it, where others compare it or hash it. */

/** What JavaScript wrote, with the characters escaped that could end a script in HTML. */
export function asInGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What a header may be, in requests and answers (RFC 9110, section 5). Pure. */

/** Whether it is a token, as names of headers are. */
export function isFieldName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}

/** Whether a value, read as Latin-1, has nothing that would end its line or is no text. */
export function isFieldValue(value: string): boolean {
  return !/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value)
}

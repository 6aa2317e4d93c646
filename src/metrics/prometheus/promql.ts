/** Queries, as they are sent. */
import { parameters } from '../http/web.ts'

/** The path of an instant query, below the address of the server; of now unless told. */
export function promQuery(query: string, more: Readonly<Record<string, string>> = {}): string {
  return `api/v1/query?${parameters({ query: onOneLine(query), ...more })}`
}

/**
 * White space becomes one blank, as in Flagger; what is quoted stays. Comments go: on one line they
 * would swallow what comes after them.
 */
export function onOneLine(query: string): string {
  const parts = /"(?:[^"\\]|\\.?)*"?|'(?:[^'\\]|\\.?)*'?|`[^`]*`?|(?:[\t\n\f\r ]|#[^\n]*)+/gs
  return query.replace(parts, (part) => (/^["'`]/.test(part) ? part : ' '))
}

/** Queries, as they are sent. */
import { parameters } from '../web.ts'

/** The path of an instant query, below the address of the server. */
export const promQuery = (query: string): string =>
  `api/v1/query?${parameters({ query: onOneLine(query) })}`

/**
 * White space becomes one blank, as in Flagger; what is quoted stays. Comments go: on one line they
 * would swallow what comes after them.
 */
function onOneLine(query: string): string {
  const parts = /"(?:[^"\\]|\\.?)*"?|'(?:[^'\\]|\\.?)*'?|`[^`]*`?|(?:[\t\n\f\r ]|#[^\n]*)+/gs
  return query.replace(parts, (part) => (/^["'`]/.test(part) ? part : ' '))
}

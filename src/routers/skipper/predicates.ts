/** The predicates of a Skipper route, joined by `&&`. */

/** With this predicate the route is preferred to the user's own. */
export const preferred = 'Weight(100)'
/** With this predicate the route matches nothing. */
export const disabled = 'False()'

/**
 * The predicates with one of our own in front, instead of the one that stood there. A `&&` within
 * quotes or within a regular expression joins nothing.
 */
export function withPredicate(predicates: string, own: string): string {
  const others = split(predicates).filter(
    (predicate) => predicate !== '' && predicate !== preferred && predicate !== disabled,
  )
  return [own, ...others].join(' && ')
}

/**
 * A quoted text, a regular expression in slashes, the operator, or any one letter. What is not
 * closed goes to the end: to look for its end again and again would take for ever.
 */
const token = /"(?:\\[\s\S]|[^"\\])*"?|`[^`]*`?|\/(?:\\[\s\S]|[^/\\])*\/?|&&|[\s\S]/g

function split(predicates: string): string[] {
  const parts = ['']
  for (const [text] of predicates.matchAll(token)) {
    if (text === '&&') parts.push('')
    else parts.push(`${parts.pop() ?? ''}${text}`)
  }
  return parts.map((part) => part.trim())
}

/** Whether a regular expression is one, in the language of the proxy that gets it. */

import { messageOf } from '../errors.ts'
import { literal } from '../routers/matching/regex.ts'

/** Most repetitions of RE2, in which Envoy, Istio and Go read expressions. */
const mostRepetitions = 1_000

/** Why it does not compile; undefined where it does. It is never run. */
export function regexProblem(source: string, { isRe2 }: { isRe2: boolean }): string | undefined {
  return (isRe2 ? foreignToRe2(source) : undefined) ?? syntaxProblem(source)
}

function foreignToRe2(source: string): string | undefined {
  const bare = source
    .replace(/\\Q.*?(\\E|$)/gs, '')
    .replace(/\[\^?\]?(?:\\(?:.|$)|[^\]\\])*(?:\]|$)/gs, '.')
  if (/\\[1-9]/.test(bare)) return "it refers back to a group, which the proxy (RE2) can't"
  const open = bare.replace(/\\./gs, '.')
  if (/\(\?(=|!|<=|<!)/.test(open)) return "it looks ahead or behind, which the proxy (RE2) can't"
  const counts = [...open.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].flatMap(([, a, b]) => [a, b])
  return counts.some((count) => Number(count ?? 0) > mostRepetitions)
    ? `it repeats more than ${mostRepetitions} times`
    : undefined
}

function syntaxProblem(source: string): string | undefined {
  try {
    new RegExp(inOurWords(source))
    return undefined
  } catch (error) {
    return messageOf(error).replace(/^Invalid regular expression: /, '')
  }
}

/** What RE2 and PCRE know and JavaScript does not. */
function inOurWords(source: string): string {
  return source
    .replace(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) => literal(text))
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?[a-zA-Z]*(-[a-zA-Z]+)?\)/g, '')
    .replace(/\(\?[a-zA-Z]+(-[a-zA-Z]+)?:/g, '(?:')
    .replace(/\(\?(>|-[a-zA-Z]+:)/g, '(?:')
}

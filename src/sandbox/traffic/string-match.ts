/** Conditions on one text, as meshes take them, and a text that meets one. */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'

/** Regular expressions take the whole text, as in Envoy. */
export function meets(text: string | undefined, of: StringMatch): boolean {
  if (text === undefined) return false
  if (of.exact !== undefined) return text === of.exact
  if (of.prefix !== undefined) return text.startsWith(of.prefix)
  if (of.suffix !== undefined) return text.endsWith(of.suffix)
  return of.regex === undefined || new RegExp(`^(?:${of.regex})$`).test(text)
}

/** A text that meets the condition. Throws for a regular expression that is too clever for it. */
export function textFor(of: StringMatch): string {
  const { exact, prefix, suffix, regex } = of
  if (exact !== undefined) return exact
  if (prefix !== undefined) return `${prefix}x`
  if (suffix !== undefined) return `x${suffix}`
  const found = candidates(regex ?? '').find((text) => meets(text, of))
  if (found !== undefined) return found
  throw new Error(`no text is known that meets ${regex}; give the load headers of its own`)
}

/** Headers by which a request meets those of the first condition of a test. */
export function headersFor(match: readonly AnalysisMatch[]): Record<string, string> {
  const conditions = Object.entries(match[0]?.headers ?? {})
  return Object.fromEntries(
    conditions.map(([name, condition]) => [name.toLowerCase(), textFor(condition)]),
  )
}

/** Texts that simple expressions are written for: literals, and pairs in a list of cookies. */
function candidates(regex: string): string[] {
  const [pair = ''] = /[\w-]+=[\w-]+/.exec(regex) ?? []
  const literal = regex
    .replace(/\(\?[:=!]|[()^$?]/g, '')
    .replace(/\\?\.[*+]|\[[^\]]*\][*+]?|\\[wd][*+]?/g, 'a')
    .replace(/\\(.)/g, '$1')
  const [first = ''] = literal.split('|')
  return [pair, literal, first, 'a', '1']
}

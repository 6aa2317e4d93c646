/** Conditions of routes that can't be expressed, or that match nothing or all. */
import type { Fault } from '../analysis/decision.ts'
import type { AnalysisMatch, ServiceMatch, StringMatch } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { Abilities } from '../routers/router.ts'
import { odd } from './fault.ts'
import { regexProblem } from './regex.ts'

/** What the provider can't do is replaced when a run begins; here it is said before. */
export function matchFaults(canary: Canary, abilities: Abilities): Fault[] {
  const { spec } = canary
  const { analysis, service } = spec
  const options = { isRe2: !abilities.backtracks }
  const found = [
    ...textsIn('spec.analysis.match', analysis.match),
    ...textsIn('spec.service.match', service?.match),
  ].flatMap(([field, text]) => textFaults(field, text, options))
  return [...found, ...emptyFaults(analysis.match ?? []), ...replaced(canary, abilities)].map(odd)
}

/** Every text to match, with its field. */
function textsIn(
  field: string,
  matches: readonly (AnalysisMatch & ServiceMatch)[] = [],
): [field: string, text: StringMatch][] {
  return matches.flatMap((match, index) => {
    const at = `${field}[${index}]`
    const { uri, scheme, method, authority, headers, queryParams, withoutHeaders } = match
    const single = Object.entries({ uri, scheme, method, authority }).flatMap(
      ([name, text]): [string, StringMatch][] => (text ? [[`${at}.${name}`, text]] : []),
    )
    const mapped = Object.entries({ headers, queryParams, withoutHeaders }).flatMap(([name, map]) =>
      Object.entries(map ?? {}).map(([key, text]): [string, StringMatch] => [
        `${at}.${name}.${key}`,
        text,
      ]),
    )
    return [...single, ...mapped]
  })
}

function textFaults(field: string, { regex }: StringMatch, of: { isRe2: boolean }): string[] {
  const why = regex === undefined ? undefined : regexProblem(regex, of)
  return why === undefined ? [] : [`${field}.regex is no regular expression: ${why}; correct it`]
}

function emptyFaults(matches: readonly AnalysisMatch[]): string[] {
  return matches.flatMap(({ headers = {}, queryParams = {}, sourceLabels = {} }, index) => {
    const isEmpty = [headers, queryParams, sourceLabels].every(
      (map) => Object.keys(map).length === 0,
    )
    if (!isEmpty) return []
    return [
      `spec.analysis.match[${index}] has no condition, so every request meets it; set headers, queryParams or sourceLabels`,
    ]
  })
}

function replaced({ spec, provider, strategy }: Canary, abilities: Abilities): string[] {
  const { match = [], iterations = 0, stepWeight = 0, stepWeights = [] } = spec.analysis
  const isTest = match.length > 0 && (strategy === 'ab-testing' || !abilities.weights)
  if (isTest && !abilities.match)
    return [
      `spec.analysis.match can't be had from provider ${provider}, so that blue/green is used; remove it, or set another provider`,
    ]
  const hasWeights = stepWeight > 0 || stepWeights.length > 0
  if (abilities.weights || !hasWeights) return []
  const how = iterations > 0 ? 'the iterations count' : '10 iterations are made'
  return [
    `spec.analysis has weights, and provider ${provider} moves no traffic: ${how}; set iterations, or another provider`,
  ]
}

/** A/B conditions in the terms of ingress-nginx: at most one header and one cookie. */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'
import { literal } from '../matching/regex.ts'
import type { Texts } from '../metadata.ts'

type Condition = { cookie: string } | { header: string; value?: string; pattern?: string }

/**
 * The annotations after `canary-`, for requests that meet one of the conditions. As in Flagger the
 * last header and the last cookie win. Undefined when a condition can't be expressed, so that it
 * would let in more requests than it names, or none.
 */
export function matchAnnotations(match: readonly AnalysisMatch[]): Texts | undefined {
  const conditions = match.map(conditionsOf)
  if (conditions.length === 0 || !conditions.every((all) => all !== undefined)) return undefined
  return Object.assign({}, ...conditions.flat().map(annotationsOf))
}

/** Undefined for what has no counterpart: labels, query parameters, two headers at once. */
function conditionsOf(match: AnalysisMatch): Condition[] | undefined {
  const { headers = {}, queryParams = {}, sourceLabels = {} } = match
  if (Object.keys(queryParams).length + Object.keys(sourceLabels).length > 0) return undefined
  const conditions = Object.entries(headers).map(([name, value]) => conditionOf(name, value))
  const isTranslated = conditions.every((condition) => condition !== undefined)
  if (!isTranslated || conditions.length === 0) return undefined
  return conditions.filter((condition) => 'header' in condition).length > 1 ? undefined : conditions
}

/** For a cookie, `exact` is its name: NGINX wants its value to be `always`. */
function conditionOf(name: string, of: StringMatch): Condition | undefined {
  const { exact, regex, prefix, suffix } = of
  if (name === 'cookie') return exact ? { cookie: exact } : undefined
  if (exact) return { header: name, value: exact }
  if (regex) return { header: name, pattern: regex }
  if (prefix) return { header: name, pattern: `^${literal(prefix)}` }
  if (suffix) return { header: name, pattern: `${literal(suffix)}$` }
  return undefined
}

function annotationsOf(condition: Condition): Texts {
  if ('cookie' in condition) return { 'by-cookie': condition.cookie }
  const { header, value = '', pattern = '' } = condition
  return { 'by-header': header, 'by-header-value': value, 'by-header-pattern': pattern }
}

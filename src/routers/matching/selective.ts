/** Whether the conditions of an A/B test single out any requests. */
import type { AnalysisMatch } from '../../canary/api.gen.ts'

/**
 * False without conditions, and when one of them is empty: it would match every request. Such
 * entries come about when a field that the API does not have, such as `uri`, is pruned.
 */
export function isSelective(match: readonly AnalysisMatch[]): boolean {
  return match.length > 0 && match.every(hasCondition)
}

function hasCondition({ headers = {}, queryParams = {}, sourceLabels = {} }: AnalysisMatch) {
  return [headers, queryParams, sourceLabels].some((fields) => Object.keys(fields).length > 0)
}

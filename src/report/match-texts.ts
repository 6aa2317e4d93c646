/** Who an A/B test lets in, as people read it. Pure. */
import type { StringMatch } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'

/** One text for each match; none in other strategies. */
export function matchTexts({ strategy, analysis }: Canary): string[] {
  if (strategy !== 'ab-testing') return []
  return analysis.match.map(({ headers = {}, queryParams = {}, sourceLabels = {} }) =>
    [
      ...Object.entries(headers).map(([name, how]) => `header ${name}${matchText(how)}`),
      ...Object.entries(queryParams).map(([name, how]) => `query ${name}${matchText(how)}`),
      ...Object.entries(sourceLabels).map(([name, value]) => `source ${name}=${value}`),
    ].join(' and '),
  )
}

function matchText(how: StringMatch): string {
  const [[kind, value] = []] = Object.entries(how)
  return kind === undefined ? '' : kind === 'exact' ? `=${value}` : ` ${kind} ${value}`
}

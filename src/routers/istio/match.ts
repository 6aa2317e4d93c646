/** Conditions of Istio's HTTP routes. */
import type { AnalysisMatch, ServiceMatch, StringMatch } from '../../canary/api.gen.ts'
import { literal } from '../matching/regex.ts'

/**
 * Every combination of a condition of the test with one of the service, in that order: requests
 * that meet both. Flagger's own product drops the query parameters of the test, and the headers
 * of the service where the test has headers; requests that the service does not take, or that are
 * not part of the test, would then reach the canary.
 */
export function bothMatch(
  test: readonly AnalysisMatch[],
  service: readonly ServiceMatch[] = [],
): ServiceMatch[] {
  if (service.length === 0) return test.map(inTermsOfIstio)
  return test.flatMap((wanted) => service.map((given) => inTermsOfIstio(bothOf(wanted, given))))
}

/**
 * The condition without `suffix`, which Istio does not know: its API would drop the field, and
 * what is left then matches every request that has the header.
 */
export function inTermsOfIstio(match: ServiceMatch): ServiceMatch {
  const texts = ['uri', 'scheme', 'method', 'authority'] as const
  const maps = ['headers', 'queryParams', 'withoutHeaders'] as const
  const result = { ...match }
  for (const name of texts) {
    const text = match[name]
    if (text) result[name] = withoutSuffix(text)
  }
  for (const name of maps) {
    const entries = Object.entries(match[name] ?? {})
    if (match[name])
      result[name] = Object.fromEntries(entries.map(([key, text]) => [key, withoutSuffix(text)]))
  }
  return result
}

/** Istio's expressions match the whole text. */
function withoutSuffix({ suffix, ...others }: StringMatch): StringMatch {
  return suffix === undefined ? others : { ...others, regex: `.*${literal(suffix)}` }
}

function bothOf(wanted: AnalysisMatch, given: ServiceMatch): ServiceMatch {
  return {
    ...given,
    ...merged('headers', given.headers, wanted.headers),
    ...merged('queryParams', given.queryParams, wanted.queryParams),
    ...merged('sourceLabels', given.sourceLabels, wanted.sourceLabels),
  }
}

function merged<V>(
  name: string,
  given: Record<string, V> | undefined,
  wanted: Record<string, V> | undefined,
): Record<string, Record<string, V>> {
  return given || wanted ? { [name]: { ...given, ...wanted } } : {}
}

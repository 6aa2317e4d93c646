/** Conditions of Istio's HTTP routes. */
import type { AnalysisMatch, ServiceMatch } from '../../canary/api.gen.ts'

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
  if (service.length === 0) return [...test]
  return test.flatMap((wanted) => service.map((given) => bothOf(wanted, given)))
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

/** What should not be in a manifest, or is an old form of it. Pure. */
import type { Canary } from '../canary/canary.ts'
import { readRequests } from '../requests/request.ts'
import { error, type Remark, warning } from './finding.ts'

/**
 * LNT071 for requests among the annotations, LNT072 for switches left on, and old forms of the
 * fields. `written` is the manifest as it stands, before defaults.
 */
export function manifestRemarks(
  { metadata, spec }: Canary,
  written: { apiVersion?: unknown; spec?: unknown },
): Remark[] {
  const found: Remark[] = readRequests(metadata.annotations).map(({ annotation }) =>
    error(
      'LNT071',
      `metadata.annotations.${annotation}`,
      `the annotation ${annotation} is a request, which is made once and not kept in a manifest; remove it`,
    ),
  )
  for (const field of ['skipAnalysis', 'suspend'] as const)
    if (spec[field]) {
      const what = field === 'suspend' ? 'nothing is released' : 'every run goes through unchecked'
      found.push(
        warning('LNT072', `spec.${field}`, `spec.${field} is true in the manifest: ${what}`),
      )
    }
  return [...found, ...oldForms(written, spec)]
}

function oldForms(
  { apiVersion, spec: written }: { apiVersion?: unknown; spec?: unknown },
  { analysis }: Canary['spec'],
): Remark[] {
  const found: Remark[] = []
  if (apiVersion === 'flagger.app/v1alpha3')
    found.push(warning('LNT002', 'apiVersion', 'flagger.app/v1alpha3 is old; write v1beta1'))
  if (typeof written === 'object' && written !== null && 'canaryAnalysis' in written)
    found.push(
      warning('LNT002', 'spec.canaryAnalysis', 'spec.canaryAnalysis is old; write spec.analysis'),
    )
  for (const [at, metric] of (analysis.metrics ?? []).entries()) {
    const path = `spec.analysis.metrics[${at}]`
    if (metric.threshold !== undefined)
      found.push(
        warning('LNT002', `${path}.threshold`, `${path}.threshold is old; write thresholdRange`),
      )
    if (metric.query !== undefined)
      found.push(warning('LNT002', `${path}.query`, `${path}.query is old; write a MetricTemplate`))
  }
  return found
}

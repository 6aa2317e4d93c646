/** Metadata of a hook, with the values of the moment filled in. */
import type { EffectiveWebhook } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration } from '../canary/duration.ts'
import { parseTemplate } from '../template/parse.ts'
import { render } from '../template/render.ts'

/**
 * Fills in `{{ canaryWeight }}` and the variables of metric templates. A value that is no template
 * of these, such as a leftover of another tool, goes out as it stands: Flagger sends all of them so.
 */
export function renderMetadata(
  { metadata }: EffectiveWebhook,
  canary: Canary,
): Record<string, string> {
  const functions = functionsOf(canary)
  const entries = Object.entries(metadata).map(([key, value]) => [key, fill(value, functions)])
  return Object.fromEntries(entries)
}

function fill(value: string, functions: Record<string, () => string>): string {
  if (!value.includes('{{')) return value
  try {
    return render(parseTemplate(value, { functions: Object.keys(functions) }), { functions })
  } catch {
    return value
  }
}

function functionsOf(canary: Canary): Record<string, () => string> {
  const { status, spec, names, targetName, analysis } = canary
  const weight = status.canaryAnalysis?.weight ?? status.canaryWeight ?? 0
  return {
    canaryWeight: () => String(weight),
    name: () => canary.name,
    namespace: () => canary.namespace,
    target: () => targetName,
    service: () => names.apex,
    primary: () => names.primary,
    canary: () => names.canary,
    ingress: () => spec.ingressRef?.name ?? targetName,
    interval: () => formatDuration(analysis.intervalMs),
  }
}

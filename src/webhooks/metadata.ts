/** Metadata of a hook, with the values of the moment filled in. */
import type { EffectiveWebhook } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration } from '../canary/duration.ts'
import { queryModel, renderWith } from '../metrics/templates/template.ts'
import { type Budget, createBudget } from '../template/budget.ts'
import { wordsIn } from '../template/parsing/parse.ts'

/**
 * Fills in `{{ canaryWeight }}` and the names that queries of metric templates use. A text that
 * asks for none of them, such as a command with a template of its own, goes out as it stands:
 * Flagger sends all of them so. Throws ProviderError where nothing of the budget is left.
 * A name in quotes, or after a dot or `$`, is none of ours.
 */
export function renderMetadata(
  { metadata }: EffectiveWebhook,
  canary: Canary,
  budget: Budget = createBudget(),
): Record<string, string> {
  const values = valuesOf(canary)
  const isOurs = (word: string): boolean => Object.hasOwn(values, word)
  const entries = Object.entries(metadata).map(([key, text]) => [
    key,
    wordsIn(text).some(isOurs) ? renderedOrAsIs(text, values, budget) : text,
  ])
  return Object.fromEntries(entries)
}

function renderedOrAsIs(
  text: string,
  values: Readonly<Record<string, unknown>>,
  budget: Budget,
): string {
  try {
    return renderWith(text, values, budget)
  } catch (cause) {
    if (budget.left < 0) throw cause
    // A template for whoever gets the metadata.
    return text
  }
}

function valuesOf(canary: Canary): Record<string, unknown> {
  const { status, names, analysis } = canary
  const interval = formatDuration(analysis.intervalMs)
  const { variables: _variables, ...model } = queryModel(canary, {
    interval,
    templateVariables: {},
  })
  return {
    ...model,
    primary: names.primary,
    canary: names.canary,
    canaryWeight: status.canaryAnalysis?.weight ?? status.canaryWeight ?? 0,
  }
}

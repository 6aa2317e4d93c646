/** Fields of a Canary that a provider has no use for: said once, rather than ignored in silence. */
import type { CanaryService } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'

/** All that a Canary says of requests, for a provider that only shares them out by weight. */
export const requestFields = [
  'hosts',
  'match',
  'timeout',
  'retries',
  'rewrite',
  'headers',
  'corsPolicy',
  'mirror',
] as const satisfies readonly (keyof CanaryService)[]

/** One sentence for each of these fields that the Canary sets. */
export function fieldsWithoutEffect(
  { spec, label, provider }: Canary,
  fields: readonly (keyof CanaryService)[],
): string[] {
  return fields
    .filter((field) => spec.service?.[field] !== undefined)
    .map((field) => sentence(label, field, provider))
}

/** The same for the conditions of `spec.service.match`, of which the path alone counts. */
export function conditionsWithoutEffect({ spec, label, provider }: Canary): string[] {
  return (spec.service?.match ?? []).flatMap((one, at) =>
    Object.keys(one)
      .filter((field) => field !== 'uri' && field !== 'name')
      .map((field) => sentence(label, `match[${at}].${field}`, provider)),
  )
}

const sentence = (label: string, field: string, provider: string): string =>
  `canary ${label}: spec.service.${field} has no effect with provider ${provider}; remove it`

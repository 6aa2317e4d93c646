/** Which canaries of a list are shown, and in what order. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { UsageError } from '../../src/errors.ts'
import { phaseFilter } from './phase-filter.ts'

interface ChoiceFlags {
  phase: string | undefined
  'field-selector': string | undefined
  'sort-by': string | undefined
}

/** Which canaries to show, and in what order. Throws UsageError for flags that say nothing. */
export function choiceOf({ phase, 'field-selector': fields, 'sort-by': path }: ChoiceFlags) {
  const isInPhase = phaseFilter(phase)
  const hasFields = fieldFilter(fields)
  return (resources: readonly CanaryResource[]): Promise<CanaryResource[]> =>
    sortBy(
      path,
      resources.filter((resource) => isInPhase(resource) && hasFields(resource)),
    )
}

function fieldFilter(selector: string | undefined): (resource: CanaryResource) => boolean {
  if (selector === undefined) return () => true
  const tests = selector.split(',').map((term) => {
    const [, field = '', operator = '', value = ''] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? []
    if (field !== 'metadata.name' && field !== 'metadata.namespace')
      throw new UsageError(`field label not supported: ${field || term}`)
    const key = field === 'metadata.name' ? 'name' : 'namespace'
    return ({ metadata }: CanaryResource) => (metadata[key] === value) !== (operator === '!=')
  })
  return (resource) => tests.every((test) => test(resource))
}

async function sortBy(
  path: string | undefined,
  resources: CanaryResource[],
): Promise<CanaryResource[]> {
  if (path === undefined) return resources
  const { jsonpathValues } = await import('../output/jsonpath.ts')
  const keyed = resources.map((resource) => ({ resource, key: jsonpathValues(path, resource)[0] }))
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined))
    throw new UsageError(`couldn't find any field with path "${path}" in the list of objects`)
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ resource }) => resource)
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one ?? '').localeCompare(String(other ?? ''), 'en', { numeric: false })
}

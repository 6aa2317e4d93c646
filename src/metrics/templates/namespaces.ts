/** Whose objects a query may ask for by the controller's account, which may ask for all. */
import { ProviderError } from '../../errors.ts'
import type { MetricSource } from '../provider.ts'

/** The namespace again. Throws ProviderError for one that is none, or that is closed to the query. */
export function allowedNamespace(
  namespace: string,
  { namespaces }: Pick<MetricSource, 'namespaces'>,
): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw new ProviderError(`${JSON.stringify(namespace)} is not the name of a namespace`)
  if (!namespaces || namespaces.includes(namespace)) return namespace
  throw new ProviderError(
    `references across namespaces are not allowed: the query names ${namespace}, use ${namespaces.join(' or ')}`,
  )
}

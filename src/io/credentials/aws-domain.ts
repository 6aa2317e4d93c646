import { ProviderError } from '../../errors.ts'

/**
 * Where a service of AWS is in a region. Users write regions: what is none would lead requests, and
 * the tokens in them, to a host of theirs. Throws ProviderError for it.
 */
export function regionalHost(service: string, region: string): string {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(region))
    throw new ProviderError(`${JSON.stringify(region)} is no region of AWS, such as eu-west-1`)
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${service}.${region}.${domain}`
}

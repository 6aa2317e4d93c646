/** What an HTTPRoute takes: hostnames and paths at its parents. */
import type { KubeObject } from '../../objects.ts'
import type { Rivalry } from '../provider.ts'
import { list, record, texts } from '../reading.ts'

export const rivalry: Rivalry = {
  kinds: ['v1', 'v1beta1'].map((version) => ({
    apiVersion: `gateway.networking.k8s.io/${version}`,
    kind: 'HTTPRoute',
    plural: 'httproutes',
    namespaced: true,
  })),
  placesOf,
  remedy: 'the older one has it; remove the hostname or the path from one of the two',
}

function placesOf({ metadata, ...rest }: KubeObject): string[] {
  const { hostnames, parentRefs, rules } = record((rest as { spec?: unknown }).spec)
  const hosts = texts(hostnames)
  const paths = [...new Set(list(rules).flatMap(({ matches }) => pathsOf(matches)))]
  return list(parentRefs).flatMap((parent) => {
    const {
      kind = 'Gateway',
      namespace = metadata.namespace,
      name,
      sectionName,
      port,
    } = record(parent)
    const listener = [sectionName, port].filter((one) => one !== undefined).join(':')
    const where = `${kind} ${name}.${namespace}${listener ? `, listener ${listener}` : ''}`
    return (hosts.length > 0 ? hosts : ['*']).flatMap((host) =>
      paths.map((path) => `host ${host}, path ${path}, at ${where}`),
    )
  })
}

/** A match that asks for more than a path, such as a header, goes before others. */
function pathsOf(matches: unknown): string[] {
  const all = list(matches)
  if (all.length === 0) return ['/']
  return all
    .filter((one) => Object.keys(one).every((key) => key === 'path'))
    .map(({ path }) => {
      const { type = 'PathPrefix', value = '/' } = record(path)
      return type === 'PathPrefix' ? String(value) : `${value} (${type})`
    })
}

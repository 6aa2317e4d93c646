/** Headers and bodies of requests as people may read them: without secrets. Pure. */
import { isMap, readJson } from './json.ts'
import { shownAddress } from './shown-address.ts'

/** In the place of a secret. */
export const masked = '<masked>'

const secretHeaders = /^(authorization|proxy-authorization|cookie|set-cookie)$/i

/** The value of a header; of one that logs in the scheme alone. */
export function headerText(name: string, value: string): string {
  if (!secretHeaders.test(name)) return value
  const [scheme = '', ...rest] = value.split(' ')
  return rest.length > 0 && /^[a-z]+$/i.test(scheme) ? `${scheme} ${masked}` : masked
}

/** A body; one that is no JSON, such as the page of a gateway, stays as it is. */
export function bodyText(body: string): string {
  const document = readJson(body)
  return document === undefined ? body : JSON.stringify(withoutSecrets(document))
}

const secretKeys =
  /(^|[-_.]|[a-z](?=[A-Z]))(token|password|passwd|secret|api[-_]?key|authorization|cookie|credentials?)$/i
const applied = 'kubectl.kubernetes.io/last-applied-configuration'

/** `kind` is that of the list which the value is an item of. */
function withoutSecrets(value: unknown, kind = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, kind))
  if (typeof value === 'string')
    return /^https?:\/\/[^/]*@/.test(value) ? shownAddress(value) : value
  if (!isMap(value)) return value
  const own = typeof value.kind === 'string' ? value.kind : kind
  const entries = Object.entries(value).map(([key, one]) => [key, fieldOf(value, key, one, own)])
  return Object.fromEntries(entries)
}

function fieldOf(of: Record<string, unknown>, key: string, value: unknown, kind: string): unknown {
  if (kind === 'Secret' && (key === 'data' || key === 'stringData')) return allMasked(value)
  if (kind === 'AlertProvider' && key === 'spec') return withoutSecrets(hiddenAddress(value))
  if (typeof value !== 'string')
    return withoutSecrets(value, key === 'items' ? kind.replace(/List$/, '') : '')
  // A Secret that was applied stands in its annotation once more.
  if (key === applied) return bodyText(value)
  // Variables of containers, and headers, have their names beside them.
  const name = key === 'value' && typeof of.name === 'string' ? of.name : key
  return secretKeys.test(name) ? masked : withoutSecrets(value)
}

function allMasked(value: unknown): unknown {
  if (!isMap(value)) return value
  return Object.fromEntries(Object.keys(value).map((key) => [key, masked]))
}

/** Who knows the address of a chat may write there. */
function hiddenAddress(spec: unknown): unknown {
  if (!isMap(spec) || typeof spec.address !== 'string') return spec
  const url = URL.parse(spec.address)
  return { ...spec, address: url ? `${url.origin}/${masked}` : masked }
}

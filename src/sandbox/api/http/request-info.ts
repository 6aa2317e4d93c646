/** Reads an URL of the API: which resource, object and subresource it names, and how. */
import { ApiError, badRequest } from '../api-error.ts'

export interface RequestInfo {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`. */
  verb: string
  group: string
  version: string
  plural: string
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
  query: URLSearchParams
}

const writes: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' }

/** Undefined for paths that name no resource, such as discovery. */
export function requestInfo(method: string, url: URL): RequestInfo | undefined {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart)
  const [root, ...rest] = parts
  if (root !== 'api' && root !== 'apis') return undefined
  const [group, version, ...path] = root === 'api' ? ['', ...rest] : rest
  if (group === undefined || version === undefined || path.length === 0) return undefined
  const { namespace, plural, name, subresource } = placeOf(path)
  if (plural === undefined) return undefined
  const query = url.searchParams
  const verb = verbOf(method, name, query)
  return { verb, group, version, plural, namespace, name, subresource, query }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badRequest(`the path holds a malformed escape: ${part}`)
  }
}

type Place = Pick<RequestInfo, 'namespace' | 'name' | 'subresource'> & {
  plural: string | undefined
}

function placeOf(path: string[]): Place {
  const [first, second, third, ...more] = path
  const ofNamespaceItself = third === undefined || third === 'status' || third === 'finalize'
  if (first === 'namespaces' && second !== undefined && !ofNamespaceItself) {
    const [name, ...below] = more
    return { namespace: second, plural: third, name, subresource: below.join('/') || undefined }
  }
  const below = [third, ...more].filter((part) => part !== undefined)
  const subresource = below.join('/') || undefined
  return { namespace: undefined, plural: first, name: second, subresource }
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  const write = writes[method]
  if (write) return write
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection'
  if (method !== 'GET' && method !== 'HEAD')
    throw new ApiError(
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    )
  const isWatch = ['true', '1'].includes(query.get('watch') ?? '')
  if (isWatch) return 'watch'
  return name ? 'get' : 'list'
}

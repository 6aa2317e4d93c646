/** A cluster whose definitions let through what ours refuse, as those of another release may. */
import type { KubeObject } from '../../../src/objects.ts'
import { ownCrds } from '../../cluster/crds.ts'
import { type EmbeddedCluster, startCluster } from './cluster.ts'

export async function startLenientCluster(): Promise<EmbeddedCluster> {
  const kinds = ['Canary', 'MetricTemplate']
  const cluster = await startCluster({ withoutKinds: kinds })
  for (const definition of await ownCrds())
    if (kinds.includes(definition.spec.names.kind)) cluster.store.create(lenient(definition))
  return cluster
}

/** A stack, or an error that nobody expected. */
export const traces = /"defect"|\n\s+at |\\n\s+at /

/** The definition with a schema that takes any content. */
function lenient(definition: KubeObject): KubeObject {
  const text = JSON.stringify(definition)
  const copy = JSON.parse(text) as KubeObject & { spec: { versions: { schema: object }[] } }
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  for (const version of copy.spec.versions) version.schema = { openAPIV3Schema: schema }
  return copy
}

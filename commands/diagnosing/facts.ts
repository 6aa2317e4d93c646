/** Reads what diagnoses need, with the rights of the user. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import type { DiagnosisFacts } from '../../src/diagnosis/finding.ts'
import { KubeError } from '../../src/errors.ts'
import { readDiagnosisFacts } from '../../src/report/reading/diagnosis.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { listCanaries } from '../input/find-canaries.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'

/**
 * In the order of the canaries; lists of namespaces, leases and groups are read once. Metric servers
 * are asked by `lagOf`, where it is given.
 */
export async function factsOf(
  resources: readonly CanaryResource[],
  session: Session,
  lagOf: (canary: Canary) => Promise<DiagnosisFacts['lag']> = async () => undefined,
): Promise<DiagnosisFacts[]> {
  const reader = readerOf(session)
  const life = lifeReader(reader)
  const serves = servedKinds(session)
  const namespaces = new Map<string, Promise<CanaryResource[]>>()
  const othersIn = (namespace: string) => {
    const listing = namespaces.get(namespace) ?? neighbours(namespace, session)
    namespaces.set(namespace, listing)
    return listing
  }
  return Promise.all(
    resources.map(async (resource) => {
      const { metadata } = resource
      const others = await othersIn(metadata.namespace ?? '')
      const facts = await readDiagnosisFacts(resource, { reader, life, others, serves })
      const lag = await lagOf(facts.canary)
      return { ...facts, lag, command: commandFor(resource, session) }
    }),
  )
}

function commandFor({ metadata }: CanaryResource, { commands }: Session) {
  return {
    plugin: (verb: string, ...words: string[]) => commands.plugin(verb, metadata, ...words),
    general: (verb: string, ...words: string[]) =>
      commands.general(verb, metadata.namespace, ...words),
    kubectl: (...words: string[]) => commands.kubectl(metadata.namespace ?? '', ...words),
  }
}

/** Who may not list them sees no rivals. */
async function neighbours(namespace: string, session: Session): Promise<CanaryResource[]> {
  try {
    return await listCanaries(session, { namespace })
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return []
    throw error
  }
}

/** By the API group; a group that can't be looked at counts as served. */
function servedKinds({ kube, signal }: Session): (kind: ResourceKind) => Promise<boolean> {
  const groups = new Map<string, Promise<string[] | undefined>>()
  const read = async (apiVersion: string): Promise<string[] | undefined> => {
    try {
      const list = await kube.raw('GET', `/apis/${apiVersion}`, undefined, signal)
      const { resources = [] } = list as { resources?: { name: string }[] }
      return resources.map(({ name }) => name)
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return []
      if (error instanceof KubeError && error.status === 403) return undefined
      throw error
    }
  }
  return async ({ apiVersion, plural }) => {
    const reading = groups.get(apiVersion) ?? read(apiVersion)
    groups.set(apiVersion, reading)
    return (await reading)?.includes(plural) ?? true
  }
}

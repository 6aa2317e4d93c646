/** Reads what diagnoses need, with the rights of the user. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import type { DiagnosisFacts } from '../../src/diagnosis/finding.ts'
import { servedIn } from '../../src/io/kube/served.ts'
import { readDiagnosisFacts } from '../../src/report/reading/diagnosis.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import { asUnread, type Unread } from '../../src/report/unread.ts'
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
  const namespaces = new Map<string, Promise<CanaryResource[] | Unread>>()
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

async function neighbours(namespace: string, session: Session): Promise<CanaryResource[] | Unread> {
  try {
    return await listCanaries(session, { namespace })
  } catch (error) {
    return asUnread(error, { kind: 'Canary', request: 'list canaries' })
  }
}

/** By the API group. */
function servedKinds({ kube, signal }: Session): (kind: ResourceKind) => Promise<boolean | Unread> {
  const groups = new Map<string, Promise<string[] | Unread>>()
  const read = async (apiVersion: string): Promise<string[] | Unread> => {
    try {
      return (await servedIn(kube, apiVersion, signal)) ?? []
    } catch (error) {
      return asUnread(error, { kind: apiVersion, request: `get /apis/${apiVersion}` })
    }
  }
  return async ({ apiVersion, plural }) => {
    const reading = groups.get(apiVersion) ?? read(apiVersion)
    groups.set(apiVersion, reading)
    const resources = await reading
    return Array.isArray(resources) ? resources.includes(plural) : resources
  }
}

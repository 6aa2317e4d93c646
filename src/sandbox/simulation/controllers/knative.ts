/**
 * Knative Serving: each new template of a Service is a revision, with a Deployment and a Service of
 * its own; the latest revision is that which was made last, the latest ready one that which can
 * serve. All belong to the Service at once, and no revision is scaled to zero.
 */
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../../objects.ts'
import { refOf } from '../../../objects.ts'
import { controllerOf, type Deployment, kindOf } from '../objects.ts'
import type { World } from '../world.ts'

export const knativeKinds = {
  service: { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
  revision: { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' },
}

interface Traffic {
  revisionName?: string
  latestRevision?: boolean
  percent?: number
}

interface KnativeService extends KubeObject {
  spec?: { template?: { spec?: unknown }; traffic?: Traffic[] }
  status?: unknown
}

interface Revision extends KubeObject {
  spec?: unknown
  status?: { conditions?: { type: string; status: string }[] }
}

const label = 'serving.knative.dev/revision'

const byKnative = { subresource: 'status', fieldManager: 'controller' } as const

/** One look at a Service: a new template becomes a revision, and the status tells what is ready. */
export function syncKnativeService(object: KubeObject, world: World): void {
  const service = object as KnativeService
  if (service.metadata.deletionTimestamp !== undefined || !service.spec?.template) return
  const before = revisionsOf(service, world)
  const isNew = !isDeepStrictEqual(before.at(-1)?.spec, service.spec.template.spec)
  if (isNew) createRevision(service, before.length + 1, world)
  const revisions = isNew ? revisionsOf(service, world) : before
  const ready = revisions.filter((revision) => noteReadiness(revision, world))
  writeStatus(service, { created: revisions.at(-1), ready: ready.at(-1) }, world)
}

function revisionsOf({ metadata }: KnativeService, { store }: World): Revision[] {
  const { namespace = '', uid } = metadata
  return store
    .list<Revision>(knativeKinds.revision, { namespace })
    .filter(({ metadata: { ownerReferences = [] } }) => ownerReferences[0]?.uid === uid)
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
}

function createRevision(service: KnativeService, number: number, { store }: World): void {
  const { namespace = '', name: of } = service.metadata
  const name = `${of}-${String(number).padStart(5, '0')}`
  const at = { namespace, ownerReferences: [controllerOf(service)] }
  const labels = { [label]: name }
  const { spec } = service.spec?.template ?? {}
  const create = (object: object) => store.create(object as KubeObject)
  create({ ...knativeKinds.revision, metadata: { ...at, name, labels }, spec })
  const ports = [{ port: 80 }]
  create({ ...kindOf.service, metadata: { ...at, name }, spec: { selector: labels, ports } })
  const template = { metadata: { labels }, spec }
  const deployed = { replicas: 1, selector: { matchLabels: labels }, template }
  create({ ...kindOf.deployment, metadata: { ...at, name: `${name}-deployment` }, spec: deployed })
}

/** Whether the revision can serve; once it could, that is not taken back. */
function noteReadiness(revision: Revision, { store }: World): boolean {
  const { name, namespace = '' } = revision.metadata
  const ref = { ...kindOf.deployment, namespace, name: `${name}-deployment` }
  const { availableReplicas = 0 } = store.get<Deployment>(ref)?.status ?? {}
  const was = revision.status?.conditions?.find(({ type }) => type === 'Ready')?.status
  const is = was === 'True' || availableReplicas > 0 ? 'True' : 'Unknown'
  if (was !== is)
    store.modify<Revision>(
      refOf(revision),
      (stored) => {
        stored.status = { conditions: [{ type: 'Ready', status: is }] }
      },
      byKnative,
    )
  return is === 'True'
}

function writeStatus(
  service: KnativeService,
  { created, ready }: { created: Revision | undefined; ready: Revision | undefined },
  { store }: World,
): void {
  const latest = ready?.metadata.name
  const asked = service.spec?.traffic ?? [{ latestRevision: true, percent: 100 }]
  const traffic = asked.map(({ latestRevision = false, revisionName, percent }) => ({
    latestRevision,
    revisionName: latestRevision ? latest : revisionName,
    percent,
  }))
  const is = latest === undefined ? 'Unknown' : 'True'
  const status = {
    observedGeneration: service.metadata.generation,
    latestCreatedRevisionName: created?.metadata.name,
    ...(latest !== undefined && { latestReadyRevisionName: latest, traffic }),
    conditions: ['ConfigurationsReady', 'RoutesReady', 'Ready'].map((type) => ({
      type,
      status: is,
    })),
  }
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(status)), service.status)) return
  store.modify<KnativeService>(
    refOf(service),
    (stored) => {
      stored.status = JSON.parse(JSON.stringify(status))
    },
    byKnative,
  )
}

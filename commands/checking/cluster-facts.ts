/** Asks a cluster what a check has to know. */
import { readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { CanaryResource, MetricTemplateResource } from '../../src/canary/api.gen.ts'
import type { ClusterFacts } from '../../src/cluster-check/items.ts'
import { metricServersOf } from '../../src/cluster-check/metric-servers.ts'
import { KubeError } from '../../src/errors.ts'
import { usualNamespace } from '../../src/installation/objects.ts'
import { leaseName } from '../../src/io/kube/lease.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import { asUnread, type Unread } from '../../src/report/unread.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { canaryKind, servedResources } from '../input/find-canaries.ts'
import { clientVersion } from '../shell/base.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { askServers } from './metric-servers.ts'

export interface Scope {
  allNamespaces: boolean
  /** Only these; absent are all canaries. */
  canaries?: readonly CanaryResource[] | undefined
  /** Names of commands, which other executables may shadow. */
  commands: readonly string[]
  /** `kubectl-canary`. */
  program: string
}

/**
 * Asks for all facts. What may not be read is null or absent; other failures of the API server
 * reject with KubeError.
 */
export async function clusterFacts(session: Session, scope: Scope): Promise<ClusterFacts> {
  const [server, served, hasOurFields, canaries, templates, rights] = await Promise.all([
    serverVersion(session),
    servedResources(session.kube, session.signal),
    hasFields(session),
    scope.canaries ?? listAll<CanaryResource>(canaryKind, session, scope),
    templatesFor(session, scope),
    rightsOf(session, scope),
  ])
  const unread = 'why' in templates ? [templates] : []
  const servers = metricServersOf(canaries ?? [], 'why' in templates ? [] : templates)
  return {
    ...{ client: clientVersion, server, served, hasOurFields, canaries, rights, unread },
    lives: await livesOf(canaries ?? [], session),
    metricServers: await askServers(servers, session),
    shadows: shadowsOf(scope),
  }
}

const templateKind = resourceKind({ apiVersion: canaryKind.apiVersion, kind: 'MetricTemplate' })

/** Those that the canaries in question may take queries from. */
async function templatesFor(
  session: Session,
  scope: Scope,
): Promise<MetricTemplateResource[] | Unread> {
  const asked = { kind: 'MetricTemplate', request: 'list metrictemplates' }
  try {
    const found = await listAll<MetricTemplateResource>(templateKind, session, scope)
    if (!found) return { ...asked, why: null }
    const { canaries } = scope
    return canaries
      ? found.filter((one) => canaries.some((canary) => refersTo(canary, one)))
      : found
  } catch (error) {
    return asUnread(error, asked)
  }
}

function refersTo(canary: CanaryResource, { metadata }: MetricTemplateResource): boolean {
  const { spec, namespace } = asHandled(canary).canary
  return (spec.analysis?.metrics ?? []).some(
    ({ templateRef }) =>
      templateRef?.name === metadata.name &&
      (templateRef.namespace ?? namespace) === metadata.namespace,
  )
}

/** Such as `v1.34.1`; null where the server does not say. Rejects with KubeError. */
export async function serverVersion({ kube, signal }: Session): Promise<string | null> {
  const answer = await kube.raw('GET', '/version', undefined, signal)
  const { gitVersion } = answer as { gitVersion?: string }
  return gitVersion ?? null
}

/** By the schema that every user may read. */
async function hasFields({ kube, signal }: Session): Promise<boolean | null> {
  try {
    const path = '/openapi/v3/apis/flagger.app/v1beta1'
    return JSON.stringify(await kube.raw('GET', path, undefined, signal)).includes(
      'controllerSettings',
    )
  } catch (error) {
    if (error instanceof KubeError && error.status > 0) return null
    throw error
  }
}

/** Undefined where they may not be listed; none where there is no such kind. */
export async function listAll<T extends KubeObject>(
  kind: ResourceKind,
  { kube, signal, namespace }: Session,
  { allNamespaces }: Pick<Scope, 'allNamespaces'>,
): Promise<T[] | undefined> {
  try {
    const where = allNamespaces ? {} : { namespace }
    return (await kube.list<T>(kind, { signal, ...where })).items
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return undefined
    if (error instanceof KubeError && error.status === 404) return []
    throw error
  }
}

async function livesOf(canaries: readonly CanaryResource[], session: Session) {
  const leases = new Set(canaries.map((one) => asHandled(one).settings.lease).filter(Boolean))
  const read = lifeReader(readerOf(session))
  if (leases.size > 0) return Promise.all([...leases].map((lease) => read(lease)))
  // Before there is a canary to tell of it, a new controller holds the usual one.
  const usual = await read(`${usualNamespace}/${leaseName}`)
  return usual.alive ? [usual] : []
}

const asked: readonly Right[] = [
  ...['get', 'list', 'watch'].map((verb) => ({ verb, resource: 'canaries', needed: true })),
  { verb: 'patch', resource: 'canaries', needed: false },
  { verb: 'list', resource: 'pods', group: '', needed: false },
  { verb: 'list', resource: 'events', group: '', needed: false },
  { verb: 'get', resource: 'deployments', group: 'apps', needed: false },
]

interface Right {
  verb: string
  resource: string
  group?: string
  needed: boolean
}

async function rightsOf(session: Session, { allNamespaces }: Scope) {
  const where = allNamespaces ? undefined : session.namespace
  const allowed = await mayI(
    asked.map(({ verb, resource, group = 'flagger.app' }) => ({
      ...{ verb, resource, group },
      ...(where !== undefined && { namespace: where }),
    })),
    session,
  )
  return asked.map(({ verb, resource, needed }, at) => ({
    what: `${verb} ${resource}`,
    allowed: allowed[at] === true,
    needed,
  }))
}

export interface Wanted {
  verb: string
  resource: string
  group: string
  /** Absent asks for all namespaces, or for what has none. */
  namespace?: string
}

/** Whether the user may, one answer for each. */
export function mayI(wanted: readonly Wanted[], { kube, signal }: Session): Promise<boolean[]> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  return Promise.all(
    wanted.map(async (resourceAttributes) => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      }
      const answer = await kube.raw('POST', path, review, signal)
      const { status } = answer as { status?: { allowed?: boolean } }
      return status?.allowed === true
    }),
  )
}

/** `kubectl-canary-status` is what kubectl runs for `kubectl canary status`. */
function shadowsOf({ commands, program }: Scope): string[] {
  const names = new Set(commands.map((command) => `${program}-${command.replaceAll('-', '_')}`))
  const bare = (file: string) => file.replace(/\.(exe|cmd|bat|ps1|sh|js)$/, '')
  return (process.env.PATH ?? '').split(delimiter).flatMap((folder) => {
    try {
      const files = folder === '' ? [] : readdirSync(folder)
      return files.filter((file) => names.has(bare(file))).map((file) => join(folder, file))
    } catch {
      // A folder of the PATH that can't be read has no program that kubectl would find.
      return []
    }
  })
}

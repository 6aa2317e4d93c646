/** Asks a cluster what a check has to know. */
import { readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { ClusterFacts } from '../../src/cluster-check/items.ts'
import { KubeError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { canaryKind, servedResources } from '../input/find-canaries.ts'
import { clientVersion } from '../shell/base.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'

export interface Scope {
  allNamespaces: boolean
  /** Names of commands, which other executables may shadow. */
  commands: readonly string[]
  /** `kubectl-canary`. */
  program: string
}

export async function clusterFacts(session: Session, scope: Scope): Promise<ClusterFacts> {
  const [server, served, hasOurFields, canaries, rights] = await Promise.all([
    serverVersion(session),
    servedResources(session.kube, session.signal),
    hasFields(session),
    listAll<CanaryResource>(canaryKind, session, scope),
    rightsOf(session, scope),
  ])
  return {
    ...{ client: clientVersion, server, served, hasOurFields, canaries, rights },
    lives: await livesOf(canaries ?? [], session),
    shadows: shadowsOf(scope),
  }
}

async function serverVersion({ kube, signal }: Session): Promise<string | null> {
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
    const options = { limit: 1000, signal, ...(allNamespaces ? {} : { namespace }) }
    return (await kube.list<T>(kind, options)).items
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return undefined
    if (error instanceof KubeError && error.status === 404) return []
    throw error
  }
}

async function livesOf(canaries: readonly CanaryResource[], session: Session) {
  const leases = new Set(canaries.map((one) => asHandled(one).settings.lease).filter(Boolean))
  const read = lifeReader(readerOf(session))
  return Promise.all([...leases].map((lease) => read(lease)))
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

async function rightsOf({ kube, signal, namespace }: Session, { allNamespaces }: Scope) {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  return Promise.all(
    asked.map(async ({ verb, resource, needed, group = 'flagger.app' }) => {
      const of = { verb, resource, group, ...(allNamespaces ? {} : { namespace }) }
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: of },
      }
      const answer = await kube.raw('POST', path, review, signal)
      const { status } = answer as { status?: { allowed?: boolean } }
      return { what: `${verb} ${resource}`, allowed: status?.allowed === true, needed }
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
      return []
    }
  })
}

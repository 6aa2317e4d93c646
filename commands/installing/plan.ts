/** What an installation would change, as the server itself says. */
import { KubeError } from '../../src/errors.ts'
import type { ControllerDeployment } from '../../src/installation/objects.ts'
import { controllerSelectors, differs } from '../../src/installation/obstacles.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { warn } from '../shell/terminal.ts'

export type Action = 'create' | 'change' | 'keep'

export interface Step {
  action: Action
  object: KubeObject
}

const fieldManager = 'kubectl-canary'

/** Server-side apply; what Flagger's manifests or kubectl set before is taken over. */
export const applying = { type: 'apply', force: true, fieldManager } as const

/**
 * One step for each object. The server is asked what it would make of it, so that whatever it
 * refuses is known before anything is changed. With `mayKeep` definitions that are there stay where
 * the user may not change them, which is told.
 */
export async function planOf(
  wanted: readonly KubeObject[],
  session: Session,
  { mayKeep }: { mayKeep: boolean },
): Promise<Step[]> {
  const { kube, signal } = session
  const missing = new Set<string>()
  const steps: Step[] = []
  for (const object of wanted) {
    const isSpared = mayKeep && object.kind === 'CustomResourceDefinition'
    const found = await kube.get(refOf(object), signal).catch((error: unknown) => {
      if (isSpared && isForbidden(error)) return object
      throw isNotServed(error) ? tooOld(object, error) : error
    })
    if (!found) {
      if (object.kind === 'Namespace') missing.add(object.metadata.name)
      if (isAcceptable(object, missing)) await tried(object, session)
      steps.push({ action: 'create', object })
      continue
    }
    const applied = await tried(object, session).catch((error: unknown) => {
      if (isSpared && error instanceof Failure && isForbidden(error.cause)) return undefined
      throw error
    })
    if (!applied) tellKept(object, session)
    steps.push({ action: applied && differs(found, applied) ? 'change' : 'keep', object })
  }
  return steps
}

function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 403
}

function isNotServed(error: unknown): boolean {
  return error instanceof KubeError && error.reason === 'KindNotServed'
}

/** It is a kind of Kubernetes' own. */
function tooOld({ apiVersion, kind }: KubeObject, cause: unknown): Failure {
  return new Failure(`error: the server has no ${kind} (${apiVersion}): it is too old`, {
    exit: exits.error,
    hints: ['nothing was changed; docs/install.md says which versions of Kubernetes will do'],
    cause,
  })
}

function tellKept({ metadata }: KubeObject, { terminal }: Session): void {
  const text = `you may not change the definition ${metadata.name}: it stays as it is; kubectl canary check tells whether it is enough`
  warn(terminal, text)
}

/** What lies in a namespace, or binds a role, that is not there yet can't be tried. */
function isAcceptable({ kind, metadata }: KubeObject, missing: ReadonlySet<string>): boolean {
  return !kind.endsWith('Binding') && !missing.has(metadata.namespace ?? '')
}

async function tried(object: KubeObject, { kube, signal }: Session): Promise<KubeObject> {
  try {
    return await kube.patch(refOf(object), object, { ...applying, dryRun: true, signal })
  } catch (error) {
    if (!isForbidden(error)) throw error
    const { plural } = resourceKind(object)
    throw new Failure(`error: ${error.message}; nothing was changed`, {
      exit: exits.error,
      cause: error,
      hints: [
        `an installation needs the right to change ${plural}; ask an administrator`,
        'for one namespace, its administrator suffices once the definitions are there: --only-namespace',
      ],
    })
  }
}

export interface Controllers {
  controllers: ControllerDeployment[]
  /** False where the user may not see those of other namespaces. */
  areAll: boolean
}

const controllerKind = { apiVersion: 'apps/v1', kind: 'Deployment' }

/** What is not known where `controllersIn` rejects. */
export const unseen = { kind: controllerKind.kind, request: 'list deployments' }

/**
 * The Deployments of controllers: of all namespaces, or of this one where the user may not see more.
 * Rejects with KubeError for other failures.
 */
export async function controllersIn(namespace: string, session: Session): Promise<Controllers> {
  const orUndefined = (error: unknown) => {
    if (isForbidden(error)) return undefined
    throw error
  }
  const all = await controllersWhere({}, session).catch(orUndefined)
  if (all) return { controllers: all, areAll: true }
  const own = await controllersWhere({ namespace }, session).catch(orUndefined)
  return { controllers: own ?? [], areAll: false }
}

async function controllersWhere(
  where: { namespace?: string },
  { kube, signal }: Session,
): Promise<ControllerDeployment[]> {
  const kind = resourceKind(controllerKind)
  const answers = await Promise.all(
    controllerSelectors.map((labelSelector) =>
      kube.list<ControllerDeployment>(kind, { ...where, labelSelector, signal }),
    ),
  )
  const items = answers.flatMap((answer) => answer.items)
  return [...new Map(items.map((one) => [one.metadata.uid ?? '', one])).values()]
}

const words: Readonly<Record<Action, string>> = { create: '+', change: '~', keep: '=' }

/** A line for each object. */
export function planLines(steps: readonly Step[]): string[] {
  return steps.map(({ action, object }) => {
    const { name, namespace } = object.metadata
    const where = namespace === undefined ? '' : `   namespace ${namespace}`
    return `  ${words[action]} ${nameOf(object)}/${name}${where}`
  })
}

/** `deployment.apps`, as kubectl writes it. */
export function nameOf({ apiVersion, kind }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
  return `${kind.toLowerCase()}${group}`
}

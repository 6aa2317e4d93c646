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
      throw error
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

/** Every Deployment of a controller that may be seen; undefined where that may not be asked. */
export async function controllersIn({ kube, signal }: Session): Promise<ControllerDeployment[]> {
  const kind = resourceKind({ apiVersion: 'apps/v1', kind: 'Deployment' })
  const found = new Map<string, ControllerDeployment>()
  for (const labelSelector of controllerSelectors) {
    const answer = await kube
      .list<ControllerDeployment>(kind, { labelSelector, signal })
      .catch((error: unknown) => {
        if (isForbidden(error)) return { items: [] }
        throw error
      })
    for (const item of answer.items) found.set(item.metadata.uid ?? '', item)
  }
  return [...found.values()]
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

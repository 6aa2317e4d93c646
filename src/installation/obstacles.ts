/** What speaks against an installation, found before anything is changed. */
import type { KubeObject } from '../objects.ts'
import type { ControllerDeployment, Wishes } from './objects.ts'

/** Labels that Deployments of a controller have, whoever made them. */
export const controllerSelectors = ['app=flagger', 'app.kubernetes.io/name=flagger'] as const

/** What is told to people who may not see Deployments of other namespaces. */
export const unseenControllers =
  "no permission to list deployments in all namespaces: whether another controller works on the same canaries can't be told"

/** What two controllers would both look after. */
type Scope = Pick<Wishes, 'namespace' | 'onlyNamespace'>

/**
 * Of these controllers those that would undo the work of the one that is wished for. One that is at
 * zero replicas undoes nothing.
 */
export function rivals(
  controllers: readonly ControllerDeployment[],
  { namespace, onlyNamespace }: Scope,
): ControllerDeployment[] {
  return controllers.filter((other) => {
    if (other.metadata.namespace === namespace && other.metadata.name === 'flagger') return false
    if (other.spec.replicas === 0) return false
    const alone = soleNamespace(other)
    return alone === undefined || !onlyNamespace || alone === namespace
  })
}

/**
 * Why these controllers and the one that is wished for would undo each other's work, with what to
 * do; undefined where they would not.
 */
export function conflict(
  controllers: readonly ControllerDeployment[],
  wishes: Scope,
): string | undefined {
  const [other] = rivals(controllers, wishes)
  if (!other) return undefined
  const alone = soleNamespace(other)
  const where = `deployment ${other.metadata.name} in namespace ${other.metadata.namespace}`
  const scope = alone === undefined ? 'all namespaces' : `namespace ${alone}`
  return (
    `${where} is a controller of ${scope} already, and two undo each other's work; ` +
    `${remedy(other, wishes.namespace)}`
  )
}

function remedy({ metadata }: ControllerDeployment, namespace: string): string {
  if (metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm')
    return 'it is a release of Helm: switch that to the chart in deploy/chart, or uninstall it first'
  if (metadata.name !== 'flagger' || metadata.namespace === namespace) return 'remove it first'
  return `to take its place: kubectl canary install -n ${metadata.namespace}`
}

/** The namespace that a controller keeps to; undefined where it looks after all. */
function soleNamespace({ metadata, spec }: ControllerDeployment): string | undefined {
  const [container] = spec.template.spec.containers
  const args = [...(container?.command ?? []), ...(container?.args ?? [])]
  const found = args.map((arg) => /^--?namespace=(.+)$/.exec(arg)?.[1]).find(Boolean)
  return found?.startsWith('$(') ? metadata.namespace : found
}

/** Why the Deployment that is there cannot become the wished one; undefined where it can. */
export function immovable(
  before: ControllerDeployment,
  wanted: ControllerDeployment,
): string | undefined {
  const labels = before.spec.selector?.matchLabels ?? {}
  const other = wanted.spec.selector?.matchLabels ?? {}
  const isSame =
    Object.keys(labels).length === Object.keys(other).length &&
    Object.entries(labels).every(([name, value]) => other[name] === value)
  if (isSame) return undefined
  const { name, namespace = '' } = before.metadata
  return (
    `deployment ${name} in namespace ${namespace} selects its pods by other labels, which can't be ` +
    `changed; ${remedy(before, namespace)}`
  )
}

/** Whether the server would store something else than it has, as its dry run tells. */
export function differs(found: KubeObject, applied: KubeObject): boolean {
  return JSON.stringify(kept(found)) !== JSON.stringify(kept(applied))
}

/** An object without what every write changes. */
function kept({ metadata, ...rest }: KubeObject): unknown {
  const { managedFields: _m, resourceVersion: _r, generation: _g, ...stays } = metadata
  return [Object.entries(stays).sort(), Object.entries(rest).filter(([key]) => key !== 'status')]
}

/** The objects of an installation, made of the manifests in crds/ and deploy/ as kustomize does it. */
import { resourceKind } from '../known-kinds.ts'
import type { KubeObject, ObjectRef } from '../objects.ts'

/** The manifests as they are in the files. */
export interface Manifests {
  definitions: readonly KubeObject[]
  /** Of `deploy/base`. */
  base: readonly KubeObject[]
  /** Of `deploy/cluster`, or of `deploy/namespaced`. */
  rights: readonly KubeObject[]
}

/** Where Flagger's kustomization puts its controller. */
export const usualNamespace = 'flagger-system'

/** The Deployment that the manifests make, in this namespace. */
export function controllerRef(namespace: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'flagger' }
}

/** Which of the definitions are applied: `auto` passes over those that the user may not change. */
export const definitionChoices = ['auto', 'install', 'skip', 'only'] as const

/** What a person asks for; what is absent stays as the manifests, or the one before, have it. */
export interface Wishes {
  namespace: string
  /** Look after this namespace alone. */
  onlyNamespace: boolean
  provider?: string | undefined
  metricsServer?: string | undefined
  /** With its tag. */
  image?: string | undefined
  /** Version of the image where none is named. */
  version: string
  /** Absent: all of an installation. */
  definitions?: (typeof definitionChoices)[number]
}

/** As much of a controller's Deployment as an installation looks at. */
export interface ControllerDeployment extends KubeObject {
  spec: {
    replicas?: number
    selector?: { matchLabels?: Record<string, string> }
    template: {
      spec: { containers: { name: string; image?: string; args?: string[]; command?: string[] }[] }
    }
  }
  status?: { replicas?: number }
}

const label = { app: 'flagger' }

/**
 * Every object, in the order in which the server can take them. Arguments of a controller that is
 * there already, `before`, are kept where neither the wishes nor the safety of two say otherwise.
 */
export function installation(
  manifests: Manifests,
  wishes: Wishes,
  before?: ControllerDeployment,
): KubeObject[] {
  const { base, rights } = manifests
  const definitions = wishes.definitions === 'skip' ? [] : manifests.definitions
  if (wishes.definitions === 'only') return [...definitions]
  const own = [...rights.filter(isNamespace), ...rights.filter((one) => !isNamespace(one)), ...base]
  const placed = own.map((object) => inPlace(object, wishes.namespace))
  const isDeployment = (object: KubeObject) => object.kind === 'Deployment'
  return [
    ...definitions,
    ...placed.filter((object) => !isDeployment(object)),
    ...placed.filter(isDeployment).map((object) => asWished(object, wishes, before)),
  ]
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === 'Namespace'
}

function inPlace(object: KubeObject, namespace: string): KubeObject {
  const { subjects } = object as KubeObject & { subjects?: object[] }
  const { namespaced } = resourceKind(object)
  const { metadata } = object
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(isNamespace(object) && { name: namespace }),
      ...(namespaced && { namespace }),
      labels: { ...metadata.labels, ...label },
    },
    ...(subjects && { subjects: subjects.map((subject) => ({ ...subject, namespace })) }),
  } as KubeObject
}

function asWished(
  object: KubeObject,
  wishes: Wishes,
  before: ControllerDeployment | undefined,
): KubeObject {
  const { spec, ...rest } = object as ControllerDeployment
  const [container, ...others] = spec.template.spec.containers
  if (!container) return object
  const wished = {
    ...container,
    image: wishes.image ?? `${container.image}:${wishes.version}`,
    args: argumentsOf(container.args ?? [], wishes, before),
  }
  const pod = { ...spec.template.spec, containers: [wished, ...others] }
  return { ...rest, spec: { ...spec, template: { ...spec.template, spec: pod } } } as KubeObject
}

function argumentsOf(
  given: readonly string[],
  { onlyNamespace, provider, metricsServer }: Wishes,
  before: ControllerDeployment | undefined,
): string[] {
  const found = before?.spec.template.spec.containers[0]
  const earlier = [...(found?.command ?? []).slice(1), ...(found?.args ?? [])]
  const args = new Map(given.map(named))
  // Of two controllers one may act, whatever was said before.
  for (const [name, arg] of earlier.map(named))
    if (!/leader-election|^namespace$/.test(name)) args.set(name, arg)
  if (provider !== undefined) args.set('mesh-provider', `-mesh-provider=${provider}`)
  if (metricsServer !== undefined) args.set('metrics-server', `-metrics-server=${metricsServer}`)
  if (onlyNamespace) args.set('namespace', '-namespace=$(POD_NAMESPACE)')
  return [...args.values()]
}

function named(arg: string): [name: string, arg: string] {
  return [arg.replace(/^--?/, '').replace(/=[\s\S]*/, ''), arg]
}

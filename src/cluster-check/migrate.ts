/** What of an installation of Flagger this controller would not care for. Pure. */
import type { CanaryResource } from '../canary/api.gen.ts'
import { parseCanary } from '../canary/canary.ts'
import { messageOf } from '../errors.ts'
import { validate } from '../inspection/validate.ts'
import { metricProviders } from '../metrics/index.ts'
import { notifiers } from '../notifiers/index.ts'
import type { KubeObject } from '../objects.ts'
import { unknownProvider } from '../routers/index.ts'
import { workloadFor } from '../workloads/index.ts'
import type { CheckedItem } from './item.ts'

export interface Installation {
  canaries: readonly CanaryResource[]
  templates: readonly KubeObject[]
  receivers: readonly KubeObject[]
  /** Of Flagger's `-mesh-provider`, for canaries that name none. */
  meshProvider: string
  /** The one that was looked at; absent where all were. */
  namespace?: string | undefined
}

/** One item for each object with what would not be cared for; a single one where there is none. */
export function migrationItems(of: Installation): CheckedItem[] {
  const found = [
    ...of.canaries.flatMap((one) => problems('canary', one, canaryProblems(one, of.meshProvider))),
    ...of.templates.flatMap((one) => problems('metric template', one, templateProblems(one))),
    ...of.receivers.flatMap((one) => problems('alert provider', one, receiverProblems(one))),
  ]
  const { canaries, templates, receivers, namespace } = of
  if (canaries.length + templates.length + receivers.length === 0) return [nothingToMove(namespace)]
  const total = `canaries: ${canaries.length}, metric templates: ${templates.length}, alert providers: ${receivers.length}`
  const all: CheckedItem = {
    ...{ id: 'migrate', ok: true, level: 'ok', message: `all would be cared for (${total})` },
  }
  return found.length > 0 ? found : [all]
}

/** Praise for what is not there would hide that somebody looked at the wrong place. */
function nothingToMove(namespace: string | undefined): CheckedItem {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}; -A looks in all of them`
  const message = `there is no Canary, MetricTemplate or AlertProvider to move${where}`
  return { id: 'migrate', ok: false, level: 'warning', message }
}

function problems(kind: string, { metadata }: KubeObject, found: readonly string[]): CheckedItem[] {
  const name = `${metadata.namespace ?? ''}/${metadata.name}`
  return found.map((text) => ({
    ...{ id: 'migrate', ok: false, level: 'error', message: `${kind} ${name}: ${text}` },
  }))
}

function canaryProblems(resource: CanaryResource, meshProvider: string): string[] {
  const { canary, problems: unread } = parseCanary(resource, { meshProvider, metricsServer: '' })
  const bare = (text: string) => text.replace(`canary ${canary.label}: `, '')
  if (unread.length > 0) return unread.map(bare)
  const provider = unknownProvider(canary.provider)
  const wrong = validate(canary, { noCrossNamespaceRefs: false }).map(bare)
  return [
    ...(provider ? [provider] : []),
    ...targetProblem(() => workloadFor(canary)).map(bare),
    ...wrong,
  ]
}

function targetProblem(find: () => unknown): string[] {
  try {
    find()
    return []
  } catch (error) {
    return [messageOf(error)]
  }
}

function typeOf(field: unknown): string {
  const { type } = (field ?? {}) as { type?: unknown }
  return typeof type === 'string' ? type : ''
}

function templateProblems(object: KubeObject): string[] {
  const { spec } = object as KubeObject & { spec?: { provider?: unknown } }
  const type = typeOf(spec?.provider)
  if (Object.hasOwn(metricProviders, type)) return []
  return [
    `metrics of type "${type}" can't be asked: there are ${Object.keys(metricProviders).join(', ')}`,
  ]
}

function receiverProblems(object: KubeObject): string[] {
  const type = typeOf((object as KubeObject & { spec?: unknown }).spec)
  if (Object.hasOwn(notifiers, type)) return []
  return [`alerts of type "${type}" reach nobody: there are ${Object.keys(notifiers).join(', ')}`]
}

/** How to get a change from Flagger, which does not read requests: by the object itself. */
import type { Canary } from '../../src/canary/canary.ts'
import type { Kube, PatchOptions } from '../../src/io/kube/kube.ts'
import { refOf } from '../../src/objects.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'
import { wait } from '../following/follow.ts'
import { stamp } from '../output/age.ts'
import type { Session } from '../shell/session.ts'
import type { Change } from './change.ts'

export interface Fallback {
  /** What will be changed, for the warning: `spec.suspend: true`. */
  what: string
  /** What stdout says when it is done. */
  done: string
  /** Sends the change. */
  send(options: PatchOptions): Promise<void>
  /** What has to be put back when the run has ended. */
  undo?: { what: string; send(options: PatchOptions): Promise<void> }
}

/** The change by other means; undefined when Flagger has none. */
export function fallbackOf(change: Change, canary: Canary, session: Session): Fallback | undefined {
  const { kube } = session
  switch (change.verb) {
    case 'pause':
      return bySpec(kube, canary, { suspend: true }, 'paused')
    case 'resume':
      return bySpec(kube, canary, { suspend: false }, 'resumed')
    case 'skip-analysis':
      return skipped(kube, canary, change)
    case 'promote':
      if (change.mode === 'full') return { ...once(kube, canary), done: 'full promotion requested' }
      return change.mode === 'gate' ? openGate(kube, canary) : undefined
    case 'abort':
      return aborted(kube, canary, session)
    case 'reset': {
      const idle = ['Initialized', 'Succeeded', 'Failed'].includes(canary.status.phase ?? '')
      // In a run it would scale the canary to zero while traffic still goes there.
      return idle ? byStatus(kube, canary, { phase: 'Initializing' }, 'reset') : undefined
    }
    case 'retry':
    case 'restart':
      return renewed(canary, session)
  }
}

function bySpec(
  kube: Kube,
  { resource }: Canary,
  spec: Record<string, boolean>,
  done: string,
): Fallback {
  const [[field, value] = []] = Object.entries(spec)
  return {
    what: `spec.${field}: ${value}`,
    done: `${done} (spec.${field})`,
    async send(options) {
      await kube.patch(refOf(resource), { spec }, { ...options, type: 'merge' })
    },
  }
}

function byStatus(
  kube: Kube,
  { resource }: Canary,
  status: Record<string, unknown>,
  done: string,
): Fallback {
  const [[field, value] = []] = Object.entries(status)
  return {
    what: `status.${field}: ${value}`,
    done: `${done} (status.${field})`,
    async send(options) {
      const all = { ...options, type: 'merge', subresource: 'status' } as const
      await kube.patch(refOf(resource), { status }, all)
    },
  }
}

function skipped(kube: Kube, canary: Canary, { mode }: Change): Fallback {
  if (mode === 'off')
    return bySpec(kube, canary, { skipAnalysis: false }, 'analysis no longer skipped')
  const always = bySpec(kube, canary, { skipAnalysis: true }, 'analysis skipped')
  return mode === 'always' ? always : once(kube, canary)
}

/** Flagger has no "once": the field is put back when the run has ended. */
function once(kube: Kube, canary: Canary): Fallback {
  const back = bySpec(kube, canary, { skipAnalysis: false }, 'analysis no longer skipped')
  return {
    ...bySpec(kube, canary, { skipAnalysis: true }, 'analysis skipped'),
    undo: { what: back.what, send: back.send },
  }
}

/** Gates of Flagger's own load tester can be opened through the API server. */
function openGate(kube: Kube, canary: Canary): Fallback | undefined {
  const type = canary.status.phase === 'Waiting' ? 'confirm-rollout' : 'confirm-promotion'
  const hook = canary.analysis.webhooks.find(
    (one) => one.type === type && /\/gate\/check$/.test(one.url),
  )
  return hook && post(kube, canary, hook.url, '/gate/open', 'gate opened')
}

/** What `kubectl rollout restart` does: a new template is a new revision, which Flagger runs. */
function renewed({ spec, namespace }: Canary, { kube, clock }: Session): Fallback | undefined {
  const shown = shownWorkload(spec.targetRef)
  if (!shown?.podsOf) return undefined
  const { apiVersion, kind } = shown.kind
  const { name } = spec.targetRef
  const annotation = 'kubectl.kubernetes.io/restartedAt'
  const annotations = { [annotation]: stamp(clock.now()) }
  return {
    what: `the pod template of ${kind.toLowerCase()}/${name}: annotation ${annotation}`,
    done: `run requested (${kind.toLowerCase()}/${name} has new pods)`,
    async send(options) {
      const template = { metadata: { annotations } }
      const ref = { apiVersion, kind, namespace, name }
      await kube.patch(ref, { spec: { template } }, { ...options, type: 'merge' })
    },
  }
}

function aborted(kube: Kube, canary: Canary, session: Session): Fallback | undefined {
  const hook = canary.analysis.webhooks.find(
    ({ type, url }) => type === 'rollback' && url.endsWith('/rollback/check'),
  )
  const byHook = hook && post(kube, canary, hook.url, '/rollback/open', 'abort requested')
  if (byHook) return byHook
  const { threshold } = canary.analysis
  const fallback = byStatus(kube, canary, { failedChecks: threshold }, 'abort requested')
  return {
    ...fallback,
    async send(options) {
      await fallback.send(options)
      // Nothing else is sent in the same breath.
      await wait(session.clock, 0, session.signal)
    },
  }
}

/** A POST through the service proxy of the API server; undefined for an address outside. */
function post(
  kube: Kube,
  canary: Canary,
  url: string,
  path: string,
  done: string,
): Fallback | undefined {
  const address = URL.parse(url)
  const [service, namespace = canary.namespace] = address?.hostname.split('.') ?? []
  if (!address || !service) return undefined
  const port = address.port || '80'
  const proxy = `/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}`
  return {
    what: `POST ${path} to service ${namespace}/${service}`,
    done,
    async send({ dryRun, signal }) {
      if (dryRun) return
      const body = { name: canary.name, namespace: canary.namespace }
      await kube.raw('POST', proxy, body, signal)
    },
  }
}

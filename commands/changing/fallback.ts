/** How to get a change from Flagger, which does not read requests: by the object itself. */

import type { Canary } from '../../src/canary/canary.ts'
import { pause } from '../../src/io/deadline.ts'
import type { PatchOptions } from '../../src/io/kube/kube.ts'
import { refOf } from '../../src/objects.ts'
import { gateService } from '../../src/report/gates/list.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'
import type { ByField, ByHook, Fallback } from '../../src/requests/fallback.ts'
import { proxyPath } from '../../src/service-host.ts'
import { stamp } from '../../src/stamp.ts'
import type { Session } from '../shell/session.ts'
import { askedOf, type Change, commandOf } from './change.ts'

export interface Way {
  /** What will be changed, for the warning: `spec.suspend: true`. */
  what: string
  /** What stdout says when it is done. */
  done: string
  /** Sends the change. */
  send(options: PatchOptions): Promise<void>
  /** What has to be put back when the run has ended. */
  undo?: string
  /** Nothing is lost by it: nobody is asked. */
  isHarmless: boolean
  /** Flagger acts on it with its next look. */
  isAtNextTick: boolean
  /** It is what was asked for, and stands for nothing else: there is nothing to warn of. */
  isPlain?: boolean
}

/** The change by other means, the first that is possible; undefined when Flagger has none. */
export function fallbackOf(change: Change, canary: Canary, session: Session): Way | undefined {
  const ways = commandOf(change).fallbacks?.(askedOf(change), canary) ?? []
  for (const fallback of ways) {
    const way = wayOf(fallback, canary, session)
    if (way) return way
  }
  return undefined
}

function wayOf(fallback: Fallback, canary: Canary, session: Session): Way | undefined {
  switch (fallback.kind) {
    case 'hook':
      return byHook(fallback, canary, session)
    case 'new-pods':
      return renewed(fallback.of, canary, session)
    default:
      return byField(fallback, canary, session)
  }
}

function byField(fallback: ByField, { resource }: Canary, { kube, clock, signal }: Session): Way {
  const { kind, field, value, done, back } = fallback
  return {
    ...mannerOf(fallback),
    what: `${kind}.${field}: ${value}`,
    done,
    async send(options) {
      const subresource = kind === 'status' ? ({ subresource: 'status' } as const) : {}
      const all = { ...options, type: 'merge', ...subresource } as const
      await kube.patch(refOf(resource), { [kind]: { [field]: value } }, all)
      // Nothing else is sent in the same breath.
      if (kind === 'status') await pause(clock, 0, signal)
    },
    ...(back && { undo: `${kind}.${field}: ${!value}` }),
  }
}

function mannerOf({ isHarmless = false, isAtNextTick = false }: ByField | ByHook) {
  return { isHarmless, isAtNextTick }
}

/** What `kubectl rollout restart` does. */
function renewed(
  side: 'target' | 'primary',
  { spec, namespace, targetName, primaryName }: Canary,
  { kube, clock }: Session,
): Way | undefined {
  const shown = shownWorkload(spec.targetRef)
  if (!shown?.podsOf) return undefined
  const { apiVersion, kind } = shown.kind
  const isPrimary = side === 'primary'
  const name = isPrimary ? primaryName : targetName
  const annotation = 'kubectl.kubernetes.io/restartedAt'
  const annotations = { [annotation]: stamp(clock.now()) }
  return {
    isHarmless: false,
    isAtNextTick: false,
    isPlain: isPrimary,
    what: `the pod template of ${kind.toLowerCase()}/${name}: annotation ${annotation}`,
    done: `${isPrimary ? 'primary restarted' : 'run requested'} (${kind.toLowerCase()}/${name} has new pods)`,
    async send(options) {
      const template = { metadata: { annotations } }
      const ref = { apiVersion, kind, namespace, name }
      await kube.patch(ref, { spec: { template } }, { ...options, type: 'merge' })
    },
  }
}

/** A POST through the service proxy of the API server; undefined for an address outside. */
function byHook(fallback: ByHook, canary: Canary, { kube }: Session): Way | undefined {
  const { type, ending, path, done } = fallback
  const hook = canary.analysis.webhooks.find((one) => one.type === type && one.url.endsWith(ending))
  const address = hook && gateService(hook.url, canary.namespace)
  if (!address) return undefined
  const { service, namespace } = address
  const proxy = proxyPath({ ...address, path })
  return {
    ...mannerOf(fallback),
    what: `POST ${path} to service ${namespace}/${service}`,
    done,
    async send({ dryRun, signal }) {
      if (dryRun) return
      const body = { name: canary.name, namespace: canary.namespace }
      await kube.raw('POST', proxy, body, signal)
    },
  }
}

/** The last write for a canary: which of its alerts were sent while the process ended. */
import { isDeepStrictEqual } from 'node:util'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { messageOf } from '../../src/errors.ts'
import { ourManager } from '../../src/writes/managers.ts'
import { canaryRef } from '../observe/observe.ts'
import type { Deps, Memory } from '../process/deps.ts'
import type { Correspondence } from '../tell/correspondence.ts'
import { rewriting } from '../writing/rewrite.ts'

export interface NotingDeps extends Pick<Deps, 'log' | 'signal'> {
  cache: Pick<Deps['cache'], 'get'>
  kube: Pick<Deps['kube'], 'get' | 'replace'>
  settings: Pick<Deps['settings'], 'dryRun'>
}

/**
 * Never rejects: what can't be noted is told once more, by the process that comes next. The cache may
 * not have heard of the latest write, which was ours a moment ago: then the server is asked.
 */
export async function noteSentAlerts(
  key: string,
  deps: NotingDeps,
  { correspondence }: Pick<Memory, 'correspondence'>,
): Promise<void> {
  const { cache, kube, log, signal, settings } = deps
  if (settings.dryRun) return
  const ref = canaryRef(key)
  let found = cache.get<CanaryResource>(ref)
  const note = async () => {
    const object = found && withNoted(found, correspondence)
    if (object)
      await kube.replace(object, { fieldManager: ourManager, subresource: 'status', signal })
  }
  const lookAgain = async () => {
    found = await kube.get<CanaryResource>(ref, signal)
    return found !== undefined
  }
  try {
    await rewriting(note, lookAgain)
  } catch (error) {
    log.debug({ canary: key }, `alerts that were sent could not be noted: ${messageOf(error)}`)
  }
}

/** The Canary with what is known of its alerts; undefined where it says that already. */
function withNoted(
  canary: CanaryResource,
  correspondence: Correspondence,
): CanaryResource | undefined {
  const { alerting: before, ...status } = canary.status ?? {}
  if (!before) return undefined
  const alerting = correspondence.noted(before)
  if (isDeepStrictEqual(alerting, before)) return undefined
  return { ...canary, status: { ...status, ...(alerting && { alerting }) } }
}

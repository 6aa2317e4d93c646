/** The last write for a canary: which of its alerts were sent while the process ended. */
import { isDeepStrictEqual } from 'node:util'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { messageOf } from '../../src/errors.ts'
import { ourManager } from '../../src/writes/managers.ts'
import { canaryRef } from '../observe/observe.ts'
import type { Deps, Memory } from '../process/deps.ts'

/** Never rejects: what can't be noted is told once more, by the process that comes next. */
export async function noteSentAlerts(key: string, deps: Deps, memory: Memory): Promise<void> {
  const { cache, kube, log, signal, settings } = deps
  const found = cache.get<CanaryResource>(canaryRef(key))
  const before = found?.status?.alerting
  if (!before || settings.dryRun) return
  const { alerting: _before, ...status } = found.status ?? {}
  const alerting = memory.correspondence.noted(before)
  if (isDeepStrictEqual(alerting, before)) return
  const object = { ...found, status: { ...status, ...(alerting && { alerting }) } }
  try {
    await kube.replace(object, { fieldManager: ourManager, subresource: 'status', signal })
  } catch (error) {
    log.debug({ canary: key }, `alerts that were sent could not be noted: ${messageOf(error)}`)
  }
}

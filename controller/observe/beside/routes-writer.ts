/** Who set the routes that are ahead of the status: asked only where some are. */
import type { Observation } from '../../../src/analysis/decision.ts'
import { unnotedRoutes } from '../../../src/analysis/effects/resume.ts'
import { isDue } from '../../../src/analysis/pacing.ts'
import { raisedRoutes } from '../../../src/analysis/routes.ts'
import { InvalidSpecError, KubeError } from '../../../src/errors.ts'
import { createDeadline } from '../../../src/io/deadline.ts'
import type { Kube } from '../../../src/io/kube/kube.ts'
import { movingObjects } from '../../../src/routers/derived/by-hand.ts'
import type { Router, RouterContext } from '../../../src/routers/router.ts'
import { otherManager } from '../../../src/writes/managers.ts'
import type { Deps, Memory } from '../../process/deps.ts'

const longestMs = 5_000

interface Asking {
  router: Router
  routerContext: RouterContext
  deps: Pick<Deps, 'clock' | 'signal' | 'log'> & { kube: Pick<Kube, 'get'> }
  memory: Pick<Memory, 'routed'>
}

/**
 * The other writer of the weights in force, as the API server records it; undefined where they are
 * our own: a process died between the route and the status. The cache keeps no managers, so that
 * this is a request for each routing object, at a step that another process was cut off in.
 */
export async function readRoutesWriter(seen: Observation, of: Asking): Promise<string | undefined> {
  const routes = unnotedRoutes(seen) ?? raisedRoutes(seen)
  if (!routes || seen.canary.suspended || !isDue(seen)) return undefined
  // The status was refused after it: the same step is written again, without a question.
  if (of.memory.routed?.canary === routes.canary) return undefined
  const { kube, clock, signal, log } = of.deps
  const deadline = createDeadline(clock, longestMs, signal)
  try {
    const moving = movingObjects(of.router, of.routerContext, routes)
    const writers = moving.map(async ({ ref, moving: fields }) => {
      if (fields.length === 0) return undefined
      const live = await kube.get(ref, deadline.signal, { metadataOnly: true })
      const names = fields.map(({ path }) => live && otherManager(live, path))
      return names.find((name) => name !== undefined)
    })
    return (await Promise.all(writers)).find((name) => name !== undefined)
  } catch (error) {
    const isKnown = error instanceof KubeError || error instanceof InvalidSpecError
    if (!isKnown || signal.aborted) throw error
    log.debug({ canary: seen.canary.label, error: error.message }, 'writers not read')
    return undefined
  } finally {
    deadline.end()
  }
}

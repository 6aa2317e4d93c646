/** Waits until an installed controller runs. */
import { controllerRef } from '../../src/installation/objects.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Deployment } from '../../src/workloads/pods/pod-template.ts'
import { deploymentReadiness } from '../../src/workloads/readiness.ts'
import { clean } from '../output/clean.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'

const everyMs = 1_000

/** 0 is for ever. Throws a Failure where it is not ready after so long, or has failed. */
export async function awaitReady(
  namespace: string,
  timeoutMs: number,
  session: Session,
): Promise<void> {
  const { kube, clock, signal, terminal, commands } = session
  const until = timeoutMs === 0 ? Number.POSITIVE_INFINITY : clock.monotonicMs() + timeoutMs
  for (;;) {
    const found = await kube.get<Deployment>(controllerRef(namespace), signal)
    const limits = { threshold: 100, deadlineMs: Number.POSITIVE_INFINITY, now: clock.now() }
    const readiness = found ? deploymentReadiness(found, limits) : missing
    if (readiness.state === 'ready') {
      terminal.out(`deployment.apps/flagger in namespace ${namespace} is ready\n`)
      return
    }
    if (readiness.state === 'failed' || clock.monotonicMs() >= until)
      throw new Failure(
        `error: the controller in namespace ${namespace} is not ready: ${clean(readiness.why)}`,
        {
          exit: exits.timeout,
          hints: [
            `its pods: ${commands.kubectl(namespace, 'get', 'pods', '--selector=app=flagger')}`,
            `its log: ${commands.kubectl(namespace, 'logs', 'deployment/flagger')}`,
          ],
        },
      )
    await pause(clock, everyMs, signal)
    signal.throwIfAborted()
  }
}

const missing = { state: 'waiting', why: 'its Deployment is not there' } as const

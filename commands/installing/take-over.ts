/** Controllers that make room for the one to be installed. */
import type { ControllerDeployment } from '../../src/installation/objects.ts'
import { pause } from '../../src/io/deadline.ts'
import { refOf } from '../../src/objects.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { warn } from '../shell/terminal.ts'

const patienceMs = 60_000
const everyMs = 500

/** A line of the plan for each. */
export function takeOverLines(rivals: readonly ControllerDeployment[]): string[] {
  return rivals.map(
    ({ metadata: { name, namespace } }) =>
      `  ~ deployment.apps/${name}   namespace ${namespace}   scaled to zero`,
  )
}

/**
 * Scales them to zero and waits until their pods are gone, for two would undo each other's work.
 * Throws a Failure where they stay.
 */
export async function takeOver(
  rivals: readonly ControllerDeployment[],
  session: Session,
): Promise<void> {
  const { kube, signal, terminal } = session
  for (const rival of rivals) {
    const { name, namespace, labels = {} } = rival.metadata
    await kube.patch(refOf(rival), { spec: { replicas: 0 } }, { type: 'merge', signal })
    terminal.out(`deployment.apps/${name} in namespace ${namespace} scaled to zero\n`)
    if (labels['app.kubernetes.io/managed-by'] === 'Helm')
      warn(terminal, `the next helm upgrade starts it again: uninstall the release "${name}"`)
    await gone(rival, session)
  }
}

async function gone(rival: ControllerDeployment, { kube, signal, clock }: Session): Promise<void> {
  const until = clock.monotonicMs() + patienceMs
  while (clock.monotonicMs() < until) {
    const found = await kube.get<ControllerDeployment>(refOf(rival), signal)
    if (!found?.status?.replicas) return
    await pause(clock, everyMs, signal)
    signal.throwIfAborted()
  }
  const { name, namespace } = rival.metadata
  throw new Failure(
    `error: the pods of deployment ${name} in namespace ${namespace} are still there after ${patienceMs / 1000}s`,
    { exit: exits.timeout, hints: ['nothing else was changed; when they are gone, repeat this'] },
  )
}

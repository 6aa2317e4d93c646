/** `--wait`: until the runs have ended, with the verdict as exit code. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isUnderWay } from '../../src/canary/phases.ts'
import type { KubeError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import { causeOf } from '../../src/report/runs/cause.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'
import type { WorkloadObject } from '../../src/workloads/shown.ts'
import { type FollowOptions, followCanary, patiently } from '../following/follow.ts'
import { timeLimit } from '../input/durations.ts'
import type { Found } from '../input/find-canaries.ts'
import { clean } from '../output/clean.ts'
import { exitOfSeveral, exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'
import { type Change, commandOf } from './change.ts'
import { verdictOf } from './verdict.ts'

/** Waits for all of them; `timeoutMs` 0 waits for ever. */
export async function awaitEnds(
  found: readonly Found[],
  change: Change,
  session: Session,
  timeoutMs: number,
): Promise<number> {
  session.allowance?.lift()
  const timeout = timeLimit(timeoutMs)
  const signal = AbortSignal.any([timeout, session.signal])
  const resources = found.flatMap(({ resource }) => resource ?? [])
  const codes = await Promise.all(
    resources.map((resource) => awaitEnd(resource, change, { ...session, signal })),
  )
  if (session.signal.aborted) {
    note(session.terminal, 'the request stays in place; the controller goes on')
    return exits.interrupted
  }
  if (timeout.aborted)
    throw new Failure('error: timed out waiting for the run to end', { exit: exits.timeout })
  return exitOfSeveral(codes)
}

async function awaitEnd(start: CanaryResource, change: Change, session: Session): Promise<number> {
  const { kube, clock, signal, terminal } = session
  const { name, namespace = '' } = start.metadata
  const shown = session.commands.name(start.metadata)
  const ref = { apiVersion: start.apiVersion, kind: start.kind, namespace, name }
  const onLost = (error: KubeError) => note(terminal, `${error.message}; trying again`)
  const how = { kube, clock, signal, onLost }
  const look = () => kube.get<CanaryResource>(ref, signal)
  const now = await patiently(how, async () => (await look()) ?? 'gone')
  if (now === undefined) return exits.timeout
  if (now === 'gone') throw deleted(shown)
  const { waitsFor } = commandOf(change)
  const tell = (words: string) => terminal.out(`${shown} ${words}\n`)
  for await (const resource of followCanary(now, how)) {
    const phase = resource.status?.phase
    if (isUnderWay(phase)) continue
    if (waitsFor === 'pods') {
      await scaledDown(resource, how)
      return exits.done
    }
    if (waitsFor === 'idle' && phase !== 'Failed') return exits.done
    const verdict = verdictOf(resource)
    if (verdict === 'promoted') {
      tell('promoted')
      return exits.done
    }
    if (verdict === 'failed') {
      const [last] = resource.status?.history ?? []
      const why = last?.reason ? `: ${clean(causeOf(last))}` : ''
      terminal.err(`error: ${shown} failed${why}\n`)
      return exits.bad
    }
  }
  if (signal.aborted) return exits.timeout
  throw deleted(shown)
}

/** An aborted run has ended when its pods are told to go. */
async function scaledDown({ spec, metadata }: CanaryResource, how: FollowOptions): Promise<void> {
  const { kube, clock, signal } = how
  const shown = shownWorkload(spec.targetRef)
  if (!shown?.podsOf) return
  const { apiVersion, kind } = shown.kind
  const { name } = spec.targetRef
  const { namespace = '' } = metadata
  while (!signal.aborted) {
    const ref = { apiVersion, kind, namespace, name }
    const found = await patiently(how, () => kube.get<WorkloadObject>(ref, signal))
    if (!found || shown.podsOf(found).wanted === 0) return
    await pause(clock, 500, signal)
  }
}

function deleted(shown: string): Failure {
  return new Failure(`error: ${shown} was deleted`, { exit: exits.error })
}

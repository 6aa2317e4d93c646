import type { KubeObject } from '../../src/objects.ts'
import type { Scenario, Step } from './recording.ts'

/** Seconds between two checks in the recordings. */
const recordedInterval = 10

/**
 * The same scenario, hurried: an analysis interval of 1 s in every Canary; of 2 s where the
 * scenario counts checks by sleeping, and of 4 s where it must act between two checks, or right
 * after the first, which a busy machine needs time for. It needs a controller without Flagger's floor of 10 s.
 */
export function hurried(scenario: Scenario): Scenario {
  const seconds = intervalOf(scenario)
  return {
    ...scenario,
    objects: scenario.objects.map((object) => hurriedObject(object, seconds)),
    steps: scenario.steps.map((step) => hurriedStep(step, seconds)),
  }
}

function intervalOf({ steps }: Scenario): number {
  const acts = (step: Step | undefined) =>
    step !== undefined && ['image', 'patch', 'hooks', 'metrics'].some((verb) => verb in step)
  const isBetweenChecks = (step: Step, index: number) =>
    acts(steps[index + 1]) && ('event' in step || (index === 0 && 'sleep' in step))
  if (steps.some(isBetweenChecks)) return 4
  return steps.some((step) => 'sleep' in step && step.sleep >= recordedInterval) ? 2 : 1
}

function hurriedStep(step: Step, interval: number): Step {
  if ('apply' in step) return { apply: hurriedObject(step.apply, interval) }
  if ('sleep' in step) return hurriedSleep(step.sleep, interval)
  if ('patch' in step && step.patch.kind === 'Canary')
    return { patch: { ...step.patch, body: hurriedBody(step.patch.body, interval) } }
  return step
}

/**
 * As many checks as before pass during it. A busy machine makes checks late, so they are not
 * counted by the clock where each of them changes the Canary: the scenario goes on after the last
 * one, and has an interval until the next. Where none of them does, there may be a few more.
 */
function hurriedSleep(seconds: number, interval: number): Step {
  if (seconds < recordedInterval) return { sleep: (seconds / recordedInterval) * interval }
  const checks = Math.floor(seconds / recordedInterval)
  return { sleep: (checks + 2) * interval, changes: checks }
}

function hurriedObject(object: KubeObject, interval: number): KubeObject {
  return object.kind === 'Canary' ? hurriedBody(object, interval) : object
}

function hurriedBody<T extends object>(body: T, interval: number): T {
  const { spec } = body as { spec?: { analysis?: { interval?: string } } }
  if (!spec?.analysis?.interval) return body
  const analysis = { ...spec.analysis, interval: `${interval}s` }
  return { ...body, spec: { ...spec, analysis } }
}

import type { KubeObject } from '../../src/objects.ts'
import type { Scenario, Step } from './recording.ts'

/**
 * The same scenario with an analysis interval of 1 s in every Canary. It needs a controller
 * without Flagger's floor of 10 s.
 */
export function hurried(scenario: Scenario): Scenario {
  return {
    ...scenario,
    objects: scenario.objects.map(hurriedObject),
    steps: scenario.steps.map(hurriedStep),
  }
}

/** Seconds to sleep instead: as many ticks as before, and time for them to be seen. */
export function hurriedSleep(seconds: number): number {
  return Math.max(2, seconds / 4)
}

function hurriedStep(step: Step): Step {
  if ('apply' in step) return { apply: hurriedObject(step.apply) }
  if ('patch' in step && step.patch.kind === 'Canary')
    return { patch: { ...step.patch, body: hurriedBody(step.patch.body) } }
  return step
}

function hurriedObject(object: KubeObject): KubeObject {
  return object.kind === 'Canary' ? hurriedBody(object) : object
}

function hurriedBody<T extends object>(body: T): T {
  const { spec } = body as { spec?: { analysis?: { interval?: string } } }
  if (!spec?.analysis?.interval) return body
  return { ...body, spec: { ...spec, analysis: { ...spec.analysis, interval: '1s' } } }
}

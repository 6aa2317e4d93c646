/** The phases, as the definition of the Canary lists them, and what several parts ask of them. */
import type { Phase } from './api.gen.ts'
import { canaryStatusShape } from './shapes.gen.ts'

/** Every phase; the empty one is of a Canary that no controller has looked at yet. */
export const phases: readonly Phase[] = canaryStatusShape.properties.phase.enum

/** Before the end of the initialization: the primary serves nobody yet, and nothing is promoted. */
export function isNew(phase: Phase): boolean {
  return phase === '' || phase === 'Initializing'
}

/** From the copy to the primary to the end of a run: what was copied counts as promoted. */
export function isFinishing(phase: Phase): boolean {
  return phase === 'Promoting' || phase === 'Finalising'
}

const running: readonly Phase[] = ['Progressing', 'WaitingPromotion', 'Promoting', 'Finalising']

/** From the first pods of a run to the end of its promotion: traffic may be anywhere. */
export function isRunning(phase: Phase): boolean {
  return running.includes(phase)
}

/** What people call a run: also while it waits for approval to begin. */
export function isUnderWay(phase: Phase | undefined): boolean {
  return phase !== undefined && (phase === 'Waiting' || isRunning(phase))
}

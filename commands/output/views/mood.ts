/** How a canary is, as a colour says it. */
import type { CanaryReport } from '../../../src/report/report.ts'
import type { Health } from '../../../src/report/summary.ts'
import type { Mood } from '../style.ts'

const moods: Record<Health, Mood> = {
  idle: 'good',
  moving: 'moving',
  waiting: 'waiting',
  paused: 'paused',
  failed: 'failed',
  stale: 'warning',
  unknown: 'warning',
}

/** Good is what was promoted; what merely rests has no colour. */
export function moodOf({ health, phase }: Pick<CanaryReport, 'health' | 'phase'>): Mood {
  return phase === 'Succeeded' || health !== 'idle' ? moods[health] : 'idle'
}

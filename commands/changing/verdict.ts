/** How a run ended, as its phase tells. Pure. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'

/** How a run that was watched ended. */
export type Verdict = 'promoted' | 'failed'

/** The end that a phase outside a run stands for; a run that was taken back has none. */
export function verdictOf({ status }: CanaryResource): Verdict | undefined {
  if (status?.phase === 'Failed') return 'failed'
  if (status?.phase === 'Succeeded') return 'promoted'
  const last = status?.history?.[0]?.result
  if (status?.phase === 'Initialized')
    return last === 'Succeeded' || last === 'Skipped' ? 'promoted' : 'failed'
  return undefined
}

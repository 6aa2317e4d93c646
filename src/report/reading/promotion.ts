/** What a promotion would write, beside what is there. */
import type { Pair } from '../../diff/promotion.ts'
import type { Find } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import type { AsHandled } from '../as-handled.ts'
import { isTargetNamed, noTargetText } from '../named-target.ts'
import type { Permitted } from './permitted.ts'
import { settingsOf } from './revisions.ts'
import { inRounds, type Rounds } from './rounds.ts'

/** Why there is none is the `problem`: the target is missing, not named, or can't be released. */
export async function readPromotion(
  { canary, settings }: AsHandled,
  reader: Permitted,
): Promise<Rounds<Pair[]>> {
  if (!isTargetNamed(canary)) return { problem: noTargetText }
  const [{ workloadFor }, { scalerFor }] = await Promise.all([
    import('../../workloads/index.ts'),
    import('../../scalers/index.ts'),
  ])
  const ask = (find: Find): Pair[] => {
    const reading = { canary, find, settings: settingsOf(settings), now: new Date(0) }
    const scaler = scalerFor(canary)
    const context = { ...reading, sizing: scaler?.sizing(reading) }
    const scaled = scaler?.primary(context, 'all') ?? []
    const wanted = [...workloadFor(canary).promote(context), ...scaled]
    return wanted.map((object) => ({ wanted: object, found: find(refOf(object)) }))
  }
  return inRounds(ask, reader)
}

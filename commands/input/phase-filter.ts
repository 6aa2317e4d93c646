/** `--phase`: which canaries to show. Pure. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { phases } from '../../src/canary/phases.ts'
import { UsageError } from '../../src/errors.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { summarize } from '../../src/report/summary.ts'

/** The phases, and the words that the column STATUS shows in their place. */
export const phaseWords: readonly string[] = [
  ...phases.filter((phase) => phase !== ''),
  'Paused',
  'Unknown',
]
const known = new Set(phaseWords.map((word) => word.toLowerCase()))

/**
 * `Failed,Progressing`, or `!Failed`; upper and lower case do not matter. A canary is meant by its
 * phase and by what STATUS says of it. Throws UsageError for a word that is neither.
 */
export function phaseFilter(phases: string | undefined): (resource: CanaryResource) => boolean {
  if (phases === undefined) return () => true
  const all = phases.toLowerCase().split(',')
  const asked = all.map((word) => word.trim()).filter((word) => word !== '')
  const unwanted = asked.filter((word) => word.startsWith('!')).map((word) => word.slice(1))
  const wanted = asked.filter((word) => !word.startsWith('!'))
  const stranger = [...unwanted, ...wanted].find((word) => !known.has(word))
  if (stranger !== undefined)
    throw new UsageError(`"${stranger}" is no phase: there are ${phaseWords.join(', ')}`)
  return (resource) => {
    const shown = wordsOf(resource)
    if (unwanted.some((word) => shown.includes(word))) return false
    return wanted.length === 0 || wanted.some((word) => shown.includes(word))
  }
}

function wordsOf(resource: CanaryResource): string[] {
  const canary = handledCanary(resource)
  // The time matters for other parts of the summary only.
  const { phase, word } = summarize(canary, new Date(0))
  return [phase.toLowerCase(), word.toLowerCase()]
}

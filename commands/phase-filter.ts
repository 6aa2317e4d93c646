/** `--phase`: which canaries to show. Pure. */
import type { CanaryResource } from '../src/canary/api.gen.ts'

/** `Failed,Progressing`, or `!Failed`; upper and lower case do not matter. */
export function phaseFilter(phases: string | undefined): (resource: CanaryResource) => boolean {
  if (phases === undefined) return () => true
  const words = phases
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1))
  const wanted = words.filter((word) => !word.startsWith('!'))
  return ({ status }) => {
    const phase = (status?.phase ?? '').toLowerCase()
    return !unwanted.includes(phase) && (wanted.length === 0 || wanted.includes(phase))
  }
}

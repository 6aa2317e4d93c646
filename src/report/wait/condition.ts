/** What `wait --for` waits for. Pure. */
import type { Phase } from '../../canary/api.gen.ts'
import { phases } from '../../canary/phases.ts'
import { UsageError } from '../../errors.ts'

const plainWords = ['done', 'promoted', 'failed', 'started', 'gate', 'paused', 'idle'] as const

/** Conditions that have no value of their own. */
export type PlainWord = (typeof plainWords)[number]

export type Condition =
  | { kind: PlainWord }
  | { kind: 'phase'; phase: Phase }
  | { kind: 'weight'; weight: number }
  | { kind: 'condition'; type: string; status: string }
  | { kind: 'delete' }
  | { kind: 'create' }

/** As they are written. */
export const offeredConditions: readonly string[] = [
  ...plainWords,
  'phase=NAME',
  'weight=N',
  'condition=TYPE[=STATUS]',
  'delete',
  'create',
]

/** Reads one `--for`; throws UsageError for what there is nothing of. */
export function readCondition(text: string): Condition {
  const [word = '', value, ...rest] = text.split('=')
  const kind = word.trim().toLowerCase()
  const plain = plainWords.find((one) => one === kind)
  if (plain && value === undefined) return { kind: plain }
  if ((kind === 'delete' || kind === 'create') && value === undefined) return { kind }
  if (kind === 'phase' && value !== undefined) return { kind, phase: readPhase(value) }
  if (kind === 'weight' && value !== undefined) return { kind, weight: readWeight(value) }
  if (kind === 'condition' && value) return { kind, type: value, status: rest.join('=') || 'True' }
  throw new UsageError(
    `invalid argument "${text}" for "--for" flag: must be one of ${offeredConditions.join(', ')}`,
  )
}

function readPhase(value: string): Phase {
  const phase = phases.find((one) => one !== '' && one.toLowerCase() === value.toLowerCase())
  if (phase !== undefined) return phase
  const known = phases.filter((one) => one !== '').join(', ')
  throw new UsageError(`"${value}" is no phase: there are ${known}`)
}

function readWeight(value: string): number {
  const weight = Number(value)
  if (/^\d+$/.test(value) && weight <= 100) return weight
  throw new UsageError(`invalid weight "${value}": it must be a number from 0 to 100`)
}

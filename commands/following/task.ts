/** One change of one canary: what both ways of sending it need. */
import type { Canary } from '../../src/canary/canary.ts'
import type { Change } from '../changing/change.ts'
import type { Outcome } from '../changing/outcome.ts'
import { doneWords } from '../changing/result-words.ts'
import { clean } from '../output/clean.ts'
import type { Session } from '../shell/session.ts'

export interface ChangeOptions {
  dryRun: 'none' | 'client' | 'server'
  fieldManager: string
  reason: string | undefined
  /** Act only on this revision; absent means the one that was read. */
  revision: string | undefined
  via: 'auto' | 'annotation' | 'spec'
  ackTimeoutMs: number
  yes: boolean
}

export interface Task {
  canary: Canary
  change: Change
  session: Session
  options: ChangeOptions
  /** Name of the person, as far as known. */
  by: string | undefined
}

/** What a dry run would have come to. */
export function dry(outcome: Outcome, { options, change, canary }: Task): Outcome {
  const server = options.dryRun === 'server'
  return {
    ...outcome,
    outcome: server ? 'server-dry-run' : 'dry-run',
    said: `${outcome.said ?? doneWords(change, canary)} (${server ? 'server dry run' : 'dry run'})`,
  }
}

/** `test/podinfo`, as messages name it. */
export function label({ namespace, name }: Canary): string {
  return `${clean(namespace)}/${clean(name)}`
}

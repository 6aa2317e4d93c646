/** Every list of rules, in the order in which a step goes through them: for documents and tests. */
import { orders } from '../../requests/taking/orders.ts'
import { adoption } from './adoption.ts'
import { door } from './door.ts'
import { idle } from './idle.ts'
import { initializing } from './initializing.ts'
import { moves } from './phases.ts'
import type { Rule } from './rule.ts'
import { checks } from './run/checks.ts'
import { finalising } from './run/finalising.ts'
import { progressing } from './run/progressing.ts'
import { promoting } from './run/promoting.ts'
import { suspended } from './suspended.ts'
import { targetIsGone } from './target-is-gone.ts'

export interface Chapter {
  title: string
  rules: readonly Rule[]
}

export const chapters: readonly Chapter[] = [
  { title: 'At the door, before requests are read', rules: door },
  { title: 'Target is gone', rules: targetIsGone },
  { title: 'Suspended', rules: suspended },
  { title: 'Initializing', rules: initializing },
  { title: 'Taken over from Flagger', rules: adoption },
  { title: 'Ordered by a person', rules: orders },
  { title: 'No run: Initialized, Succeeded, Failed, Waiting', rules: idle },
  { title: 'In a run: Progressing, WaitingPromotion', rules: progressing },
  { title: 'then its checks', rules: checks },
  { title: 'then, by strategy: canary', rules: moves.canary },
  { title: 'A/B testing', rules: moves['ab-testing'] },
  { title: 'blue/green', rules: moves['blue-green'] },
  { title: 'Promoting', rules: promoting },
  { title: 'Finalising', rules: finalising },
]

/** A target that nobody has: people who come to work. It is not copied, and always ready. */
import { namespacedKind } from '../../resource-kind.ts'
import { plainFacts } from '../plain-facts.ts'
import type { Workload, WorkloadKind } from '../workload.ts'

const nothing = { write: [], remove: [] }

const workload: Workload = {
  reads: ({ canary: { namespace, targetName } }) => [
    { apiVersion: 'people.example.com/v1', kind: 'Shift', namespace, name: targetName },
  ],
  observe: ({ canary }) => ({
    facts: plainFacts(canary.targetName),
    target: { state: 'ready' },
    primary: { state: 'ready' },
    revision: `v2:${'0'.repeat(40)}`,
    primaryRevision: `v2:${'0'.repeat(40)}`,
    generation: 1,
    configs: undefined,
    images: [],
    promoted: true,
  }),
  factsOfPrimary: ({ canary }) => plainFacts(canary.targetName),
  initialize: () => [],
  promote: () => [],
  scale: () => [],
  resize: () => [],
  restore: () => nothing,
}

export const shift: WorkloadKind = {
  kind: 'Shift',
  serves: ({ kind }) => kind === 'Shift',
  kinds: [namespacedKind('people.example.com/v1', 'Shift', 'shifts')],
  workload,
}

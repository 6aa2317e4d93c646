/** When the autoscaler of the primary takes over what somebody edited. */
import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Effect } from '../../../src/analysis/decision.ts'
import {
  effectsOf,
  type ObservationOverrides,
  observation,
  passes,
} from '../../support/observation.ts'

const green = { revision: 'v2:green', promoted: false, targetReplicas: 2 }
const verdicts = { 'hooks:confirm-rollout': passes, metrics: passes }

function followed(overrides: ObservationOverrides) {
  const effects: Effect[] = effectsOf(decide(observation(overrides), verdicts))
  return effects.flatMap((effect) => (effect.kind === 'autoscaler' ? [effect.follow] : []))
}

test.each<[string, ObservationOverrides, string[]]>([
  ['at rest, edits', {}, ['edits']],
  ['after a failed run, edits', { canary: { status: { phase: 'Failed' } } }, ['edits']],
  ['beside a new version, nothing: it goes with that', { workload: green }, ['nothing']],
  [
    'while that waits for approval, nothing',
    { canary: { status: { phase: 'Waiting' } }, workload: green },
    ['nothing'],
  ],
  [
    'in its run, nothing',
    {
      canary: { status: { phase: 'Progressing', lastAppliedSpec: 'v2:green' } },
      workload: { ...green, target: { state: 'waiting', why: 'starting' } },
    },
    ['nothing'],
  ],
  [
    'with its promotion, all',
    {
      canary: { status: { phase: 'Promoting', lastAppliedSpec: 'v2:green' } },
      workload: { ...green, promoted: true, primaryRevision: 'v2:green' },
    },
    ['nothing', 'all'],
  ],
])('%s', (_when, overrides, want) => {
  expect(followed(overrides)).toEqual(want)
})

test('a primary that is held at zero is let go before anybody waits for it', () => {
  const kinds = (atRest: boolean) =>
    effectsOf(
      decide(
        observation({
          canary: { status: { phase: 'Initializing' } },
          workload: {
            primary: { state: 'waiting', why: 'no pods' },
            primaryReplicas: atRest ? 0 : 2,
            targetReplicas: 2,
          },
        }),
        {},
      ),
    ).map(({ kind }) => kind)
  expect(kinds(true)).toContain('autoscaler')
  expect(kinds(false)).not.toContain('autoscaler')
})

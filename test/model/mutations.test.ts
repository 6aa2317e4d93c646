import { beforeEach, describe, expect, test, vi } from 'vitest'
import type * as decideModule from '../../src/analysis/decide.ts'
import type { Decision } from '../../src/analysis/decision.ts'
import type { CanaryChoice } from './objects.ts'
import { play } from './play.ts'
import type { Step } from './steps.ts'

type Decide = typeof decideModule.decide

/** What is wrong with the controller: it decides by this in place of `decide`. */
const wrong = vi.hoisted(() => ({ decide: undefined as ((real: Decide) => Decide) | undefined }))

vi.mock('../../src/analysis/decide.ts', async (original) => {
  const { decide } = await original<typeof decideModule>()
  const mutated: Decide = (...of) => (wrong.decide?.(decide) ?? decide)(...of)
  return { decide: mutated }
})

beforeEach(() => {
  wrong.decide = undefined
})

const canary: CanaryChoice = {
  provider: 'istio',
  analysis: 'weights',
  gates: false,
  revertOnDeletion: false,
}
const minute: Step = { do: 'wait', seconds: 60 }
const steps: Step[] = [{ do: 'image', image: 'b' }, minute, minute, minute, minute, minute, minute]

type Effects = Extract<Decision, { kind: 'act' }>['effects']

/** A controller whose effects come out like this. */
function withEffects(change: (effects: Effects) => Effects): (real: Decide) => Decide {
  return (real) => (seen, verdicts) => {
    const decision = real(seen, verdicts)
    return decision.kind === 'act' ? { ...decision, effects: change(decision.effects) } : decision
  }
}

const mutations: Record<string, (real: Decide) => Decide> = {
  'leaves out the checks': (real) => (seen, verdicts) =>
    real(seen, { ...verdicts, metrics: { outcome: 'passed', events: [], results: [] } }),
  'puts the weights on the wrong sides': withEffects((effects) =>
    effects.map((effect) => {
      if (effect.kind !== 'route') return effect
      const { primary, canary: share } = effect.routes
      return { ...effect, routes: { ...effect.routes, primary: share, canary: primary } }
    }),
  ),
  'leaves the canary running after the promotion': withEffects((effects) =>
    effects.filter((effect) => effect.kind !== 'scale' || effect.to !== 'zero'),
  ),
  'tells nobody how a run ended': withEffects((effects) =>
    effects.filter(({ kind }) => kind !== 'alert'),
  ),
  'tells twice how a run ended': withEffects((effects) =>
    effects.flatMap((effect): Effects => (effect.kind === 'alert' ? [effect, effect] : [effect])),
  ),
  // Alerts stand in the status, too.
  'never writes its status': withEffects((effects) =>
    effects.filter(({ kind }) => kind !== 'status' && kind !== 'alert'),
  ),
}

describe('the model finds a controller that', () => {
  test.each(Object.entries(mutations))('%s', async (_, mutation) => {
    wrong.decide = mutation
    expect((await play({ canary, steps })).broken).not.toEqual([])
  })
})

test('the model finds nothing wrong with a controller that promotes', async () => {
  expect((await play({ canary, steps })).broken).toEqual([])
})

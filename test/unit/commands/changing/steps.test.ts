import { describe, expect, test } from 'vitest'
import type { Change } from '../../../../commands/changing/change.ts'
import { judge } from '../../../../commands/changing/judge.ts'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { summarize } from '../../../../src/report/summary.ts'
import { takeRequests } from '../../../../src/requests/taking/take.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import { usualSettings } from '../../../../src/routers/router.ts'
import { observation } from '../../../support/observation.ts'
import { canary, now } from '../builders.ts'

const byHeader = { match: [{ headers: { x: { exact: 'y' } } }] }

/** A run at this weight and iteration. */
function runOf(of: { provider: string; analysis: object; weight: number; iterations?: number }) {
  const { provider, analysis, weight, iterations = 0 } = of
  const status: CanaryStatus = {
    phase: 'Progressing',
    iterations,
    canaryWeight: weight,
    lastAppliedSpec: 'v2:green',
    lastPromotedSpec: 'v2:blue',
    canaryAnalysis: { weight, mirrored: false },
  }
  return canary({ spec: { provider }, analysis, status })
}

/** Whether the plugin sends the request. */
function isSent(seen: ReturnType<typeof runOf>, mode: 'step' | 'weight', fields: object): boolean {
  const change: Change = {
    verb: 'promote',
    mode,
    fields,
    question: '',
    asksForOne: false,
    anyRevision: true,
  }
  const command = (words: string) => words
  return judge({ change, canary: seen, summary: summarize(seen, now), command }).kind === 'go'
}

/** Whether the controller carries it out. */
function isTaken(seen: ReturnType<typeof runOf>, mode: 'step' | 'weight', fields: object): boolean {
  const weight = seen.status.canaryAnalysis?.weight ?? 0
  const { order } = takeRequests({
    ...observation({
      routes: { primary: 100 - weight, canary: weight, mirrored: false },
      workload: { revision: 'v2:green', promoted: false },
    }),
    canary: seen,
    abilities: routerFor(seen.provider).abilities({ canary: seen, settings: usualSettings }),
    requests: [
      { verb: 'promote', value: '', annotation: 'flagger.app/promote', id: '1', mode, ...fields },
    ],
  })
  return order !== undefined
}

const runs: [string, Parameters<typeof runOf>[0], { step: boolean; weight: boolean }][] = [
  ['by weights', at('istio', { stepWeight: 20, maxWeight: 50 }, 20), { step: true, weight: true }],
  [
    'at the last weight',
    at('istio', { stepWeight: 20, maxWeight: 50 }, 60),
    { step: false, weight: false },
  ],
  [
    'by a list of weights',
    at('nginx', { stepWeight: 0, stepWeights: [10, 40], maxWeight: 0 }, 10),
    { step: true, weight: true },
  ],
  [
    'of an A/B test',
    at('istio', { iterations: 3, ...byHeader }, 100, 1),
    { step: true, weight: false },
  ],
  [
    'of an A/B test at its last iteration',
    at('istio', { iterations: 3, ...byHeader }, 100, 3),
    { step: false, weight: false },
  ],
  [
    'of blue/green',
    at('istio', { iterations: 3, stepWeight: 0 }, 0, 1),
    { step: true, weight: false },
  ],
  [
    'of blue/green without a mesh',
    at('kubernetes', { iterations: 3, stepWeight: 0 }, 0, 1),
    { step: false, weight: false },
  ],
  ['by weights without a mesh', at('kubernetes', {}, 0, 1), { step: false, weight: false }],
]

function at(provider: string, analysis: object, weight: number, iterations = 0) {
  return { provider, analysis, weight, iterations }
}

describe.each(runs)('a run %s', (_what, of, want) => {
  const seen = runOf(of)

  test('goes one step on, or not, for plugin and controller alike', () => {
    const asked = [isSent(seen, 'step', { steps: 1 }), isTaken(seen, 'step', { steps: 1 })]
    expect(asked).toEqual([want.step, want.step])
  })

  test('goes to a weight, or not, for plugin and controller alike', () => {
    const asked = [isSent(seen, 'weight', { weight: 40 }), isTaken(seen, 'weight', { weight: 40 })]
    expect(asked).toEqual([want.weight, want.weight])
  })
})

/** Plugin and controller read the same rows: what one sends the other carries out. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Change, changeOf } from '../../../../commands/changing/change.ts'
import { judge } from '../../../../commands/changing/judge.ts'
import type { CanaryStatus, Phase } from '../../../../src/canary/api.gen.ts'
import type { Canary } from '../../../../src/canary/canary.ts'
import { phases } from '../../../../src/canary/phases.ts'
import { summarize } from '../../../../src/report/summary.ts'
import type { Request } from '../../../../src/requests/fields.ts'
import type { Verb } from '../../../../src/requests/names.gen.ts'
import { annotationOf, readRequests } from '../../../../src/requests/request.ts'
import { takeRequests } from '../../../../src/requests/taking/take.ts'
import { isStanding, rowOf, verbs } from '../../../../src/requests/verbs.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import { usualSettings } from '../../../../src/routers/router.ts'
import { observation } from '../../../support/observation.ts'
import { canary, now } from '../builders.ts'

interface Case {
  verb: Verb
  mode: string | undefined
  amount: number
  phase: Phase
  isGated: boolean
  isPaused: boolean
  isSuspended: boolean
  isPrimaryGone: boolean
  weight: number
  iterations: number
  run: { provider: string; analysis: object }
}

const runs = [
  { provider: 'istio', analysis: { stepWeight: 20, maxWeight: 50 } },
  { provider: 'nginx', analysis: { stepWeight: 0, stepWeights: [10, 40], maxWeight: 0 } },
  { provider: 'istio', analysis: { iterations: 3, match: [{ headers: { x: { exact: 'y' } } }] } },
  { provider: 'istio', analysis: { iterations: 3, stepWeight: 0 } },
  { provider: 'kubernetes', analysis: { iterations: 3, stepWeight: 0 } },
  { provider: 'kubernetes', analysis: {} },
]

const cases = fc.constantFrom(...verbs).chain((verb) =>
  fc.record<Case>({
    verb: fc.constant(verb),
    // The plugin always says how; by hand it may be left out.
    mode: fc.constantFrom(...(rowOf(verb).modes ?? [undefined])),
    amount: fc.integer({ min: 1, max: 100 }),
    phase: fc.constantFrom(...phases.filter((phase) => !phase.startsWith('Terminat'))),
    isGated: fc.boolean(),
    isPaused: fc.boolean(),
    isSuspended: fc.boolean(),
    isPrimaryGone: fc.boolean(),
    weight: fc.constantFrom(0, 10, 20, 40, 50, 60, 100),
    iterations: fc.integer({ min: 0, max: 4 }),
    run: fc.constantFrom(...runs),
  }),
)

const held = { id: 'held', by: 'bob' }
const pausing = { [annotationOf('pause')]: JSON.stringify(held) }

/** Idle canaries hold what is promoted: whether a target has changed only the controller sees. */
function canaryOf({ run, phase, weight, iterations, ...of }: Case): Canary {
  const since = '2026-11-20T14:00:00Z'
  const paused = of.isPaused && { since }
  const status: CanaryStatus = {
    phase,
    iterations,
    canaryWeight: weight,
    lastAppliedSpec: 'v2:blue',
    lastPromotedSpec: 'v2:blue',
    canaryAnalysis: {
      weight,
      mirrored: false,
      ...(paused && { paused }),
      ...(of.isGated && { gate: { type: 'confirm-traffic-increase', name: 'gate', since } }),
    },
    requests: of.isPaused ? { pause: { ...held, result: 'accepted' } } : {},
  }
  return canary({
    spec: { provider: run.provider, suspend: of.isSuspended },
    analysis: run.analysis,
    status,
    metadata: { annotations: of.isPaused ? pausing : {} },
  })
}

function changeIn({ verb, mode, amount }: Case): Change {
  const fields = {
    ...(mode === 'step' && { steps: 1 }),
    ...(mode === 'weight' && { weight: amount }),
    // The plugin asks for it first; an annotation by hand means it.
    ...(verb === 'reset' && { force: true }),
  }
  return changeOf(verb, { ...(mode !== undefined && { mode }), fields })
}

/** What the plugin says before it sends anything. */
function judged(of: Case): { kind: string; why: string } {
  const seen = canaryOf(of)
  const command = (verb: string) => verb
  const { isPrimaryGone } = of
  const summary = summarize(seen, now)
  const judgement = judge({ change: changeIn(of), canary: seen, summary, command, isPrimaryGone })
  return { kind: judgement.kind, why: judgement.kind === 'go' ? '' : judgement.why }
}

/** What the controller does with it. */
function answered(of: Case): { kind: string; why: string } {
  const seen = canaryOf(of)
  const { verb } = of
  const { fields, mode } = changeIn(of)
  const annotation = annotationOf(verb)
  const request: Request = {
    ...fields,
    ...(mode !== undefined && { mode }),
    ...{ verb, annotation, value: '', id: 'new' },
  }
  const others = readRequests(seen.metadata.annotations).filter((one) => one.verb !== verb)
  const taken = takeRequests({
    ...observation({
      routes: { primary: 100 - of.weight, canary: of.weight, mirrored: false },
      workload: {
        primary: of.isPrimaryGone ? { state: 'missing', why: 'gone' } : { state: 'ready' },
      },
    }),
    canary: seen,
    abilities: routerFor(seen.provider).abilities({ canary: seen, settings: usualSettings }),
    requests: [...others, request],
  })
  const reply = taken.replies.find((one) => one.request === request)
  if (!reply) return { kind: 'go', why: '' }
  return { kind: reply.result === 'unchanged' ? 'same' : 'no', why: reply.message }
}

test('what is done at once is judged alike, with the same reason', () => {
  fc.assert(
    fc.property(
      cases.filter(({ verb }) => !isStanding(rowOf(verb))),
      (of) => {
        const [plugin, controller] = [judged(of), answered(of)]
        expect(controller.kind).toBe(plugin.kind)
        expect(controller.why.startsWith(plugin.why)).toBe(true)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('what stands is noted by the controller whenever the plugin sends it', () => {
  fc.assert(
    fc.property(
      cases.filter(({ verb }) => isStanding(rowOf(verb))),
      (of) => {
        if (judged(of).kind === 'go') expect(answered(of).kind).toBe('go')
        expect(judged(of).kind).not.toBe('no')
      },
    ),
  )
})

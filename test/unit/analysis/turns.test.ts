import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { observation } from '../../support/observation.ts'

const noPlace = 'the controller has no more than 2 runs under way at a time (-max-rollouts)'

/** A canary whose target has moved on. */
function changed(noPlace: string | undefined, status: CanaryStatus = {}) {
  return observation({
    noPlace,
    workload: { revision: 'v2:green' },
    canary: { status: { phase: 'Succeeded', ...status } },
  })
}

test('a run waits for its turn, and the status says since when and why', () => {
  const decision = decide(changed(noPlace), {})
  expect(decision).toMatchObject({ rule: 'turnIsAwaited', paced: false })
  expect(decision).toHaveProperty(
    'effects',
    expect.arrayContaining([
      { kind: 'status', change: { queued: { since: expect.any(String), reason: noPlace } } },
    ]),
  )
})

test('one that waits already writes nothing', () => {
  const queued = { since: '2026-01-01T00:00:00Z', reason: noPlace }
  const decision = decide(changed(noPlace, { queued }), {})
  expect(decision.rule).toBe('turnIsAwaited')
  expect(
    decision.kind === 'act' && decision.effects.filter(({ kind }) => kind === 'status'),
  ).toEqual([])
})

test('a run that begins waits no more', () => {
  const queued = { since: '2026-01-01T00:00:00Z', reason: noPlace }
  const decision = decide(changed(undefined, { queued }), {})
  expect(decision.rule).toBe('runBegins')
  expect(decision).toHaveProperty(
    'effects',
    expect.arrayContaining([{ kind: 'status', change: { queued: undefined } }]),
  )
})

test('a run under way needs no turn', () => {
  const decision = decide(changed(noPlace, { phase: 'Progressing' }), {})
  expect(decision.rule).not.toBe('turnIsAwaited')
})

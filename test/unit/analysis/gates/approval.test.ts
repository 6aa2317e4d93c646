import { describe, expect, test } from 'vitest'
import { advance, annotate, deploy, row, settle, statusOf } from '../../../support/world.ts'
import { heldAt } from './ticks.ts'

describe('what waits for approval to start', () => {
  const waiting = () => heldAt('confirm-rollout', { analysis: { stepWeight: 50 } })

  test('is named in the status, so that its approval can be meant for it', () => {
    const world = waiting()
    const { canaryAnalysis: run, lastAppliedSpec } = statusOf(world)
    expect(lastAppliedSpec).toBe('v2:blue')
    expect(run).toMatchObject({ runId: 1, revision: 'v2:green', gate: { type: 'confirm-rollout' } })
    annotate(world, 'promote', { id: '1', mode: 'gate', revision: run?.revision })
    expect(statusOf(world)).toMatchObject({ phase: 'Progressing', canaryAnalysis: { runId: 1 } })
  })

  test('is named anew at once when the target moves on, and the approval of before is refused', () => {
    const world = waiting()
    deploy(world, 'yellow')
    expect(statusOf(world).canaryAnalysis).toMatchObject({
      revision: 'v2:yellow',
      gate: { type: 'confirm-rollout' },
    })
    annotate(world, 'promote', { id: '1', mode: 'gate', revision: 'v2:green' })
    expect(statusOf(world).requests?.promote).toMatchObject({
      result: 'rejected',
      message: 'revision is now v2:yellow',
    })
    expect(row(world)).toBe('Waiting 0/0/0 100/0')
  })

  test('has a number of its own when it is aborted, and leaves none when it is taken back', () => {
    const world = waiting()
    annotate(world, 'abort', { id: '1', by: 'jane' })
    expect(statusOf(world).history).toMatchObject([{ id: 1, revision: 'v2:green', by: 'jane' }])
    deploy(world, 'yellow')
    advance(world, 10_000)
    expect(statusOf(world)).toMatchObject({ phase: 'Waiting', canaryAnalysis: { runId: 2 } })
    deploy(world, 'blue')
    expect(statusOf(world).canaryAnalysis?.revision).toBeUndefined()
    deploy(world, 'red')
    advance(world, 10_000)
    expect(statusOf(world)).toMatchObject({ phase: 'Waiting', canaryAnalysis: { runId: 2 } })
  })

  test('waits on although the analysis is to be skipped: approval is no check', () => {
    const world = waiting()
    annotate(world, 'skip-analysis')
    advance(world, 2 * 60_000)
    expect(row(world)).toBe('Waiting 0/0/0 100/0')
    annotate(world, 'promote')
    settle(world)
    advance(world, 2 * 60_000)
    expect(statusOf(world).history?.[0]?.result).toBe('Skipped')
  })
})

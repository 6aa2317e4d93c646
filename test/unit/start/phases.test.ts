import { expect, test } from 'vitest'
import { canary, canaryRef } from '../../../scripts/start/manifests.ts'
import { OtherTurn, phaseReached, weightReached } from '../../../scripts/start/phases.ts'
import type { CanaryResource, CanaryStatus } from '../../../src/canary/api.gen.ts'
import { customKinds } from '../../../src/sandbox/definitions.ts'
import { server } from '../sandbox/api/support.ts'

async function cluster() {
  const { store } = await server()
  for (const definition of customKinds()) store.create(definition)
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } })
  store.create(canary())
  const write = (status: Partial<CanaryStatus>) =>
    store.modify<CanaryResource>(
      canaryRef,
      (draft) => {
        draft.status = { ...draft.status, ...status } as CanaryStatus
      },
      { subresource: 'status' },
    )
  return { store, write }
}

const patience = { withinMs: 60_000, signal: new AbortController().signal }

test('a phase is waited for, past others that a run goes through', async () => {
  const { store, write } = await cluster()
  write({ phase: 'Initialized' })
  const reached = phaseReached(store, 'Succeeded', patience)
  write({ phase: 'Progressing' })
  write({ phase: 'Promoting' })
  write({ phase: 'Succeeded' })
  await expect(reached).resolves.toBeUndefined()
})

test('a phase that is there already is not waited for', async () => {
  const { store, write } = await cluster()
  write({ phase: 'Initialized' })
  await expect(phaseReached(store, 'Initialized', patience)).resolves.toBeUndefined()
})

test('a run that ends otherwise is told at once', async () => {
  const { store, write } = await cluster()
  write({ phase: 'Progressing' })
  const reached = phaseReached(store, 'Succeeded', patience)
  write({ phase: 'Failed' })
  await expect(reached).rejects.toThrow('the canary is Failed, and should be Succeeded')
})

test('a weight is reached by any that is at least as high', async () => {
  const { store, write } = await cluster()
  const reached = weightReached(store, 20, patience)
  write({ phase: 'Progressing', canaryWeight: 10 })
  write({ phase: 'Progressing', canaryWeight: 30 })
  await expect(reached).resolves.toBeUndefined()
})

test('patience ends', async () => {
  const { store } = await cluster()
  const reached = phaseReached(store, 'Failed', { ...patience, withinMs: 1 })
  await expect(reached).rejects.toThrow('the canary was not Failed within 0.001 s')
})

test('an interruption ends the wait with its reason', async () => {
  const { store } = await cluster()
  const interruption = new AbortController()
  const reached = phaseReached(store, 'Failed', { ...patience, signal: interruption.signal })
  interruption.abort(new Error('interrupted'))
  await expect(reached).rejects.toThrow('interrupted')
})

test('an interruption from before ends the wait too', async () => {
  const { store } = await cluster()
  const signal = AbortSignal.abort(new Error('interrupted'))
  await expect(phaseReached(store, 'Failed', { ...patience, signal })).rejects.toThrow(
    'interrupted',
  )
})

const asked = { at: '2026-01-01T00:00:00Z', result: 'done', message: 'done' } as const

test('a run that somebody ended is no failure of the story, and told as what happened', async () => {
  const { store, write } = await cluster()
  write({ phase: 'Progressing' })
  const reached = phaseReached(store, 'Succeeded', patience)
  const ended = { id: 1, result: 'Aborted', reason: 'aborted by jane' } as const
  write({ phase: 'Failed', requests: { abort: asked }, history: [ended] })
  await expect(reached).rejects.toThrow(new OtherTurn('podinfo is Failed: aborted by jane'))
})

test('a run that somebody holds is no failure either', async () => {
  const { store, write } = await cluster()
  write({ phase: 'Progressing', requests: { pause: asked } })
  const reached = phaseReached(store, 'Succeeded', { ...patience, withinMs: 1 })
  await expect(reached).rejects.toThrow(
    new OtherTurn('podinfo is Progressing: somebody asked for "pause"'),
  )
})

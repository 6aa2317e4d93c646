import { describe, expect, test } from 'vitest'
import { unlessInterrupted } from '../../../../controller/asking/interrupt.ts'
import type { ChangeListener } from '../../../../src/io/kube/cache/cache.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { observation } from '../../../support/observation.ts'

const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'shop' }

/** A check of `checkout` that goes on until it is given up, or for a moment where nobody does. */
function given() {
  const end = new AbortController()
  const listeners = new Set<ChangeListener>()
  const seen = observation()
  let held: KubeObject | undefined = seen.canary.resource
  const deps = {
    signal: end.signal,
    cache: {
      // The caller names the type, as for the cache itself.
      get: <T extends KubeObject>() => held as T | undefined,
      onChange(listener: ChangeListener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
  const change = (now: KubeObject | undefined, name = 'checkout') => {
    held = now
    for (const listener of listeners) listener({ ...ref, name }, now, undefined, 'watch')
  }
  const checked = (during: () => void) =>
    unlessInterrupted({ key: 'shop/checkout', seen }, deps, async ({ signal }) => {
      during()
      signal.throwIfAborted()
      return 'verdict'
    })
  return { checked, change, end, listeners, found: seen.canary.resource as KubeObject }
}

const annotated = (found: KubeObject, annotations: Record<string, string>): KubeObject => ({
  ...found,
  metadata: { ...found.metadata, annotations },
})

describe('a check is given up at once', () => {
  test.each<[string, (found: KubeObject) => KubeObject | undefined]>([
    ['where somebody asks something', (found) => annotated(found, { 'flagger.app/abort': 'true' })],
    ['where the Canary is gone', () => undefined],
    [
      'where another one has its name',
      (found) => ({ ...found, metadata: { ...found.metadata, uid: 'another' } }),
    ],
    [
      'where it is deleted',
      (found) => ({
        ...found,
        metadata: { ...found.metadata, deletionTimestamp: '2030-01-01T12:00:00Z' },
      }),
    ],
    ['where it is suspended', (found) => ({ ...found, spec: { suspend: true } }) as KubeObject],
  ])('%s', async (_when, changed) => {
    const { checked, change, found, listeners } = given()
    expect(await checked(() => change(changed(found)))).toBeUndefined()
    expect(listeners.size).toBe(0)
    // What came before it began is not even asked for.
    expect(await checked(() => expect.unreachable())).toBeUndefined()
  })
})

describe('a check goes on', () => {
  test.each<[string, (found: KubeObject) => KubeObject, string?]>([
    ['where its status was written', (found) => ({ ...found })],
    ['where another annotation came', (found) => annotated(found, { team: 'shop' })],
    [
      'where somebody asks something of another canary',
      (found) => annotated(found, { 'flagger.app/abort': 'true' }),
      'other',
    ],
  ])('%s', async (_when, changed, name) => {
    const { checked, change, found } = given()
    expect(await checked(() => change(changed(found), name))).toBe('verdict')
  })
})

test('a process that ends is no interruption of the canary', async () => {
  const { checked, end } = given()
  await expect(checked(() => end.abort(new Error('ends')))).rejects.toThrow('ends')
})

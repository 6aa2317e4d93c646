import { describe, expect, test } from 'vitest'
import type { ConfigRef } from '../../../../src/workloads/pods/config-refs.ts'
import {
  assertNamesOfCopies,
  configChecksum,
  configCopies,
  trackConfigs,
} from '../../../../src/workloads/pods/configs.ts'
import { findIn } from '../../../support/find.ts'
import { canary, config } from '../builders.ts'

// SHA-256 of {"-x":"c","10":"b","9":"a"}: keys in the order of their letters, numbers included.
test('keys that are numbers have no place of their own in a checksum', () => {
  const data = { 9: 'a', 10: 'b', '-x': 'c' }
  expect(configChecksum({ data })).toBe('0a3209e55b16204c')
})

describe('an object with the name of a copy', () => {
  const ref: ConfigRef = { kind: 'ConfigMap', name: 'env', optional: false }
  const copy = { ...ref, name: 'env-primary' }
  const source = config('ConfigMap', 'env', { data: { a: '1' } })
  const copies = (data: Record<string, string>, metadata = {}, inUse: ConfigRef[] = []) => {
    const find = findIn([source, config('ConfigMap', 'env-primary', { data }, metadata)])
    const tracked = trackConfigs([ref], find, 'test')
    return configCopies(tracked, { canary: canary(), find, prefixes: [], inUse })
  }

  test('is not overwritten where nobody made it one', () => {
    expect(() => copies({ theirs: '1' })).toThrow(
      'configmap env-primary.test is in the way: the primary of canary podinfo.test gets a copy of configmap env by this name, and that would overwrite it; rename or remove it',
    )
  })

  test.each<[string, Record<string, string>, object, ConfigRef[]]>([
    ['that says the same', { a: '1' }, {}, []],
    ['that the primary uses', { theirs: '1' }, {}, [copy]],
    [
      'that a canary made',
      { old: '1' },
      { labels: { 'app.kubernetes.io/managed-by': 'flagger' } },
      [],
    ],
    [
      'that a canary owns',
      { old: '1' },
      {
        ownerReferences: [
          { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'b', uid: 'b' },
        ],
      },
      [],
    ],
  ])('%s becomes one', (_what, data, metadata, inUse) => {
    expect(copies(data, metadata, inUse)).toMatchObject([{ data: { a: '1' } }])
  })
})

test('a name that leaves no room for that of its copy is told before anything is copied', () => {
  const tracked = (length: number) => {
    const name = 'c'.repeat(length)
    const ref: ConfigRef = { kind: 'ConfigMap', name, optional: false }
    return trackConfigs([ref], findIn([config('ConfigMap', name, { data: {} })]), 'test')
  }
  expect(() => assertNamesOfCopies(tracked(246), 'test')).toThrow(
    /^configmap c+\.test: its name has 246 characters, and that of its copy needs 8 more of 253; rename it/,
  )
  expect(() => assertNamesOfCopies(tracked(245), 'test')).not.toThrow()
})

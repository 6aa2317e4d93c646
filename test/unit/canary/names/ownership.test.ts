import { describe, expect, test } from 'vitest'
import { parseCanary } from '../../../../src/canary/canary.ts'
import { inherited, isLeftOver } from '../../../../src/canary/names/ownership.ts'
import type { KubeObject, OwnerReference } from '../../../../src/objects.ts'
import { stored } from '../resource.ts'

const { metadata, ...rest } = stored()
const { canary } = parseCanary(
  { ...rest, metadata: { ...metadata, name: 'web', uid: 'now' } },
  { meshProvider: 'istio', metricsServer: '' },
)

function ownedBy(...owners: Partial<OwnerReference>[]): KubeObject {
  const ownerReferences = owners.map((owner) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name: 'web',
    uid: 'earlier',
    ...owner,
  }))
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', ownerReferences } }
}

describe('an object', () => {
  test.each([
    ['of an earlier canary of this name', ownedBy({}), true],
    ['of this canary', ownedBy({ uid: 'now' }), false],
    ['of a canary of another name', ownedBy({ name: 'other' }), false],
    ['of one that was renamed', ownedBy({ name: 'other', controller: true }), true],
    [
      'of one whose target has the same configuration',
      { ...ownedBy({ name: 'other', controller: true }), kind: 'ConfigMap' },
      false,
    ],
    ['of another kind of owner', ownedBy({ kind: 'Deployment', apiVersion: 'apps/v1' }), false],
    ['of nobody', ownedBy(), false],
  ])('%s: left over or not', (_of, object, want) => {
    expect(isLeftOver(object, canary)).toBe(want)
    if (!want) expect(inherited(object, canary)).toBe(object)
  })

  test('that is left over is owned by this canary then, as it was by the other one', () => {
    const left = ownedBy(
      { controller: true, blockOwnerDeletion: true },
      { name: 'other', uid: 'o' },
    )
    const { ownerReferences } = inherited(left, canary).metadata
    expect(ownerReferences).toMatchObject([
      { name: 'web', uid: 'now', controller: true, blockOwnerDeletion: true },
      { name: 'other', uid: 'o' },
    ])
  })

  test('never has one owner twice', () => {
    const { ownerReferences } = inherited(ownedBy({}, { uid: 'now' }), canary).metadata
    expect(ownerReferences?.map(({ uid }) => uid)).toEqual(['now'])
  })

  test('that is being deleted is let go', () => {
    const left = ownedBy({})
    const going = { ...left, metadata: { ...left.metadata, deletionTimestamp: 'now' } }
    expect(inherited(going, canary)).toBe(going)
  })
})

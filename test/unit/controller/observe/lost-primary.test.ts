import { expect, test } from 'vitest'
import { lostPrimary } from '../../../../controller/observe/lost-primary.ts'
import { createSnapshot } from '../../../../controller/tick/scene.ts'
import { InvalidSpecError } from '../../../../src/errors.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import type { Sides } from '../../../../src/workloads/workload.ts'
import { observation } from '../../../support/observation.ts'
import { context } from '../../workloads/builders.ts'

const primaryOf = (resourceVersion: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checkout-primary', namespace: 'shop', resourceVersion },
})

const both: Sides = { target: true, primary: true }

/** A primary that was seen in version 1, and what it is observed to be now. */
function isLost(now: { version: string; serves: boolean | Error }, before: Sides = both): boolean {
  const snapshot = createSnapshot()
  snapshot.put(primaryOf('1'))
  const seen = observation({ workload: { serving: before } })
  const observe = () => {
    if (now.serves instanceof Error) throw now.serves
    return { ...seen.workload, serving: { target: true, primary: now.serves } }
  }
  // As everywhere the caller names the type.
  const get = <T extends KubeObject>() => primaryOf(now.version) as T
  const scene = { seen, snapshot, workload: { observe }, workloadContext: context([]) }
  return lostPrimary(scene, { cache: { get } })
}

test('a primary whose pods went while somebody was asked is lost', () => {
  expect(isLost({ version: '2', serves: false })).toBe(true)
  expect(isLost({ version: '2', serves: true })).toBe(false)
})

test('one that is as it was seen is not looked at again, and one that served nobody is not lost', () => {
  expect(isLost({ version: '1', serves: new Error('it is looked at') })).toBe(false)
  expect(isLost({ version: '2', serves: false }, { target: true, primary: false })).toBe(false)
})

test('with a target that went, or can not be used any more, the look begins anew', () => {
  expect(isLost({ version: '2', serves: new InvalidSpecError('it has no selector') })).toBe(true)
  expect(() => isLost({ version: '2', serves: new TypeError('a defect') })).toThrow('a defect')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNewer } from '../../../../../src/io/kube/cache/versions.ts'

test('orders versions as the numbers they are, however large', () => {
  const version = fc.bigInt({ min: 0n, max: 2n ** 80n })
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(isNewer(String(a), String(b))).toBe(a > b)
    }),
  )
})

test('takes whatever is no number for newer, unless it is the same', () => {
  expect(isNewer('abc', 'abd')).toBe(true)
  expect(isNewer('abc', 'abc')).toBe(false)
  expect(isNewer(undefined, '5')).toBe(true)
})

import { expect, test } from 'vitest'
import { shownAddress } from '../../src/shown-address.ts'

test.each([
  ['http://prometheus:9090/base', 'http://prometheus:9090/base'],
  ['https://me:p@ss@gate/check', 'https://gate/check'],
  ['https://gate/check?token=s3cret&x=//y@z', 'https://gate/check'],
  ['https://gate#s3cret', 'https://gate'],
  ['no address', 'no address'],
])('%s is shown without secrets', (address, want) => {
  expect(shownAddress(address)).toBe(want)
})

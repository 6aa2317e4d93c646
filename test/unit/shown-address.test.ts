import { expect, test } from 'vitest'
import { shownAddress } from '../../src/shown-address.ts'

test.each([
  ['http://prometheus:9090/base', 'http://prometheus:9090/base'],
  ['https://me:p@ss@gate/check', 'https://gate/check'],
  ['https://gate/check?token=s3cret&x=//y@z', 'https://gate/check'],
  ['https://gate#s3cret', 'https://gate'],
  ['no address', 'no address'],
  ['prometheus:9090', 'prometheus:9090'],
  ['http://gate:99999/check?s3cret', 'http://gate:99999/check'],
  ['http://me:p/s3cret@gate/check', 'http://gate/check'],
  ['http://me:p?s3cret@gate', 'http://gate'],
  ['http://me:p#s3cret@gate', 'http://gate'],
  ['me:s3cret@gate:9090', 'gate:9090'],
  ['ftp://me:s3cret@gate', 'ftp://gate'],
  ['http:me:s3cret@gate', 'http://gate'],
  ['http:\\\\me:s3cret@gate/x', 'http://gate/x'],
  ['http://gate/a@b', 'http://gate/a@b'],
])('%s is shown without secrets', (address, want) => {
  expect(shownAddress(address)).toBe(want)
})

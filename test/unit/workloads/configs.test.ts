import { expect, test } from 'vitest'
import { configChecksum } from '../../../src/workloads/configs.ts'

// SHA-256 of {"-x":"c","10":"b","9":"a"}: keys in the order of their letters, numbers included.
test('keys that are numbers have no place of their own in a checksum', () => {
  const data = { 9: 'a', 10: 'b', '-x': 'c' }
  expect(configChecksum({ data })).toBe('0a3209e55b16204c')
})

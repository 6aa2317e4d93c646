import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from '../../../../scripts/release/zip.ts'

test('what stands behind the header of a file is its content, compressed', () => {
  const archive = zip([{ path: 'a.txt', data: Buffer.from('hello hello hello') }])
  const nameLength = archive.readUInt16LE(26)
  const start = 30 + nameLength
  const packed = archive.subarray(start, start + archive.readUInt32LE(18))
  expect(archive.subarray(30, start).toString()).toBe('a.txt')
  expect(inflateRawSync(packed).toString()).toBe('hello hello hello')
})

test('the end of the archive leads to the list of its files', () => {
  const entries = ['a', 'b'].map((path) => ({ path, data: Buffer.from(path) }))
  const archive = zip(entries)
  const end = archive.length - 22
  expect(archive.readUInt32LE(end)).toBe(0x06054b50)
  expect(archive.readUInt16LE(end + 10)).toBe(2)
  const at = archive.readUInt32LE(end + 16)
  expect(archive.readUInt32LE(at)).toBe(0x02014b50)
  expect(at + archive.readUInt32LE(end + 12)).toBe(end)
})

test('an archive is the same whenever it is made', () => {
  const entries = [{ path: 'a', data: Buffer.from('text') }]
  expect(zip(entries)).toEqual(zip(entries))
})

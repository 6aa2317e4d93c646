/** Zip archives that are the same whenever and wherever they are made. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  path: string
  data: Buffer
}

/** 1 January 1980, the first day that the format knows. */
const date = 0x21

/** An archive of these files, compressed. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, data } of entries) {
    const packed = deflateRawSync(data, { level: 6 })
    const name = Buffer.from(path)
    const common = commonHeader(data, packed.length, name.length)
    const local = Buffer.concat([words([0x04034b50]), common, name, packed])
    // Version made by, then what both headers have, no comment, disk 0, and where the entry is.
    const central = [
      words([0x02014b50]),
      shorts([20]),
      common,
      shorts([0, 0, 0]),
      words([0, offset]),
    ]
    directory.push(Buffer.concat([...central, name]))
    locals.push(local)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const count = entries.length
  const end = [words([0x06054b50]), shorts([0, 0, count, count]), words([listed.length, offset])]
  return Buffer.concat([...locals, listed, ...end, shorts([0])])
}

/** Version needed, flags, method (deflate), time, date, checksum, sizes, lengths of name and extra. */
function commonHeader(data: Buffer, packed: number, nameLength: number): Buffer {
  const sizes = words([crc32(data), packed, data.length])
  return Buffer.concat([shorts([20, 0, 8, 0, date]), sizes, shorts([nameLength, 0])])
}

function shorts(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2)
  return bytes
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4)
  return bytes
}
